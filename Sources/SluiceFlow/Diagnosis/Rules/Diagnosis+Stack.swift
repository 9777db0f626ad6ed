import SluiceCore

/// The rules about weights that are out of scale only together: each of a stack a little, or all by one limit.
extension Diagnosis {
  /// Layers one after the other, of which each makes what goes through it a little smaller, or larger: what is left is the product.
  ///
  /// Only of plain stacks: what is normalized, looked up or stepped through sequences finds its scale in other ways.
  mutating func judgeStack(_ seen: Observation) {
    guard memory.observations <= 8, !memory.isWarm else { return }
    let isPlain =
      !isTable.contains(true) && !isRecurrent.contains(true)
      && !seen.senses.contains { $0.kind == .normalization || $0.kind == .attention }
    var (narrow, wide, count, first): (Int, Int, Int, Int) = (0, 0, 0, -1)
    for i in names.indices where roles[i] == .weight && shapes[i].rank > 1 && seen.isWatched[i] {
      let gain = memory.startGains[i]
      guard seen.parameters[i].inputs > 0, gain > 0 else { continue }
      count += 1
      if gain < 0.25 { narrow += 1 }
      if gain > 2.2 { wide += 1 }
      if first < 0, gain < 0.25 || gain > 2.2 { first = i }
    }
    let (isNarrow, isWide) = (isPlain && narrow >= 4, isPlain && wide >= 3)
    note(.weightsSmall, -1, isNarrow ? .alarming : .none, part: 4, step: seen.step, patience: 2) {
      $0.stackClaim(first, narrow, count, "smaller", seen)
    }
    note(.weightsLarge, -1, isWide ? .alarming : .none, part: 4, step: seen.step, patience: 2) {
      $0.stackClaim(first, wide, count, "larger", seen)
    }
  }

  private func stackClaim(_ first: Int, _ some: Int, _ count: Int, _ word: String, _ seen: Observation)
    -> Claim
  {
    var product: Float = 1
    for i in names.indices where seen.parameters[i].inputs > 0 && memory.startGains[i] > 0 {
      product *= memory.startGains[i]
    }
    return Claim(
      place: names[first],
      evidence:
        "\(some) of \(count) weights one after the other begin \(word) than keeps the scale; together they multiply it by \(rounded(product))",
      hint: "Leave the initial values to the layers, or use one that looks at the width.", remedy: .initialize
    )
  }

  /// Weights of different layers whose largest values are one and the same: so they are where something cuts them off.
  mutating func judgeLimits(_ seen: Observation) {
    guard seen.isUpdated, memory.observations >= 4 else { return }
    var (limit, place, count): (Float, Int, Int) = (0, -1, 0)
    for i in names.indices where roles[i] == .weight && seen.isWatched[i] && seen.parameters[i].isTrained {
      let figures = seen.parameters[i]
      guard figures.weight.maximum > 0, figures.weight.elementCount > 16 else { continue }
      if figures.weight.maximum == limit {
        count += 1
      } else if limit == 0 {
        (limit, place, count) = (figures.weight.maximum, i, 1)
      }
    }
    // What nobody trains stays as it began.
    let isCut = count >= 2 && memory.largestRatio > 0
    note(.weightsSmall, -2, isCut ? .alarming : .none, part: 5, step: seen.step, patience: 4) {
      Claim(
        place: $0.names[place],
        evidence:
          "the largest values of \(count) weights are \(rounded(limit)), all the same: something cuts them off there",
        hint: "Do not cut weights off after an update, or much farther out.")
    }
  }
}
