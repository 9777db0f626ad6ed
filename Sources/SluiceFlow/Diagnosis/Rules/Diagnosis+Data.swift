import SluiceCore

/// The rules about what comes in: inputs by column, labels and targets, ids that are looked up.
extension Diagnosis {
  /// Whether an input holds what is not finite.
  mutating func judgeInputsAlone(_ inputs: [InputFigures], step: Int) {
    for i in inputs.indices {
      let input = inputs[i]
      note(.inputNotFinite, i, input.notFinite >= 0 ? .alarming : .none, step: step, patience: 1) { _ in
        Claim(
          place: "\(input.name) column \(input.notFinite)",
          evidence: "column \(input.notFinite) of \(input.width) holds what is infinite or not a number")
      }
    }
  }

  mutating func judgeInputs(_ seen: Observation) {
    judgeInputsAlone(seen.inputs, step: seen.step)
    judgeShift(seen.inputs, step: seen.step)
    for i in seen.inputs.indices {
      let input = seen.inputs[i]
      note(.leakage, i + 1, input.tellingCount >= 5 ? .alarming : .none, step: seen.step, patience: 1) { _ in
        Claim(
          severity: .warning,
          place: "\(input.name) column \(input.column(max(input.tellingColumn, 0)))",
          evidence:
            "column \(input.column(max(input.tellingColumn, 0))) tells what is to be learned by itself, in each of \(input.tellingCount) batches",
          hint:
            "Find out how the column comes about: if it is made from the label, or known only after it, leave it out."
        )
      }
      judgeScale(of: input, i, seen)
      judgeConstant(input, i, seen)
    }
  }

  /// Whether an input leaves what it has been.
  mutating func judgeShift(_ inputs: [InputFigures], step: Int) {
    for i in inputs.indices {
      let input = inputs[i]
      note(.inputShifted, i, input.shift > 4 ? .alarming : .none, step: step, patience: 1) { _ in
        Claim(
          place: "\(input.name) column \(input.shiftedColumn)",
          evidence:
            "column \(input.shiftedColumn) is \(rounded(input.shift)) times as far from its mean as usual")
      }
    }
  }

  private mutating func judgeScale(of input: InputFigures, _ i: Int, _ seen: Observation) {
    guard input.count > 0 else { return }
    // What tells rows apart is how far a column varies, wherever its mean is. The one that varies least, of those that do:
    var (faintest, faint) = (Float.infinity, 0)
    var count = 0
    for k in 0..<input.columns where input.least[k] < input.largest[k] {
      let deviation = input.deviation(k)
      if deviation < faintest { (faintest, faint) = (deviation, input.column(k)) }
      sorted.insertInOrder(deviation, among: &count)
    }
    let usual = count == 0 ? 0 : sorted[count / 2]
    // A column that is mostly zero, as where something is rare, may vary little.
    let isFaint = input.count >= 64 && input.zeroShare < 0.2 && faintest < 0.01 * usual
    var (largest, column, small): (Float, Int, Float) = (0, 0, 0)
    count = 0
    for k in 0..<input.columns {
      let size = input.size(k)
      if size > largest { (largest, column) = (size, input.column(k)) }
      small = max(small, input.count < 16 ? size : input.deviation(k))
      sorted.insertInOrder(size, among: &count)
    }
    let median = count == 0 ? 0 : sorted[min(count / 2, count - 1)]
    let isLarge = largest > 10 || (largest > 30 * median && largest > 3 && input.columns > 2)
    let isSmall = small < 0.02 && small > 0
    let isSuspected = largest > 4 || small > 0 && small < 0.1
    note(
      .unscaledInput, i, isLarge || isSmall || isFaint ? .alarming : isSuspected ? .suspected : .none,
      step: seen.step,
      patience: 2
    ) { _ in
      let isOne = largest > 10 * median && input.columns > 1
      if isFaint, !isLarge, !isSmall {
        return Claim(
          place: "\(input.name) column \(faint)",
          evidence:
            "column \(faint) varies by \(rounded(faintest)), half of the columns by \(rounded(usual)) or more",
          remedy: .scaleInputs)
      }
      return Claim(
        place: isOne && !isSmall ? "\(input.name) column \(column)" : input.name,
        evidence: isOne && !isSmall
          ? "the root mean square of column \(column) is \(rounded(largest)), of the median column \(rounded(median))"
          : isSmall
            ? "its columns vary by up to \(rounded(small)), at a size of up to \(rounded(largest)); about 1 is what layers begin for"
            : "the root mean square of its columns is up to \(rounded(largest)); about 1 is what layers begin for",
        remedy: .scaleInputs)
    }
  }

  private mutating func judgeConstant(_ input: InputFigures, _ i: Int, _ seen: Observation) {
    var (constant, column, varied) = (0, 0, 0)
    for k in 0..<input.columns {
      if input.least[k] == input.largest[k] {
        if constant == 0 || input.largest[k] != 0 { column = input.column(k) }
        constant += 1
      } else {
        varied += 1
      }
    }
    let isKnown = input.observations >= 8 && input.count >= 16
    // Of inputs that are mostly zero, such as counts of words, a column that was never seen is nothing to say.
    let isOne = constant > 0 && varied > 0 && input.zeroShare < 0.2
    let isAll = varied == 0
    let isRepeated = input.alikeCount >= 4 && !isAll
    note(
      .constantInput, i, isRepeated || isKnown && (isAll || isOne) ? .alarming : .none, step: seen.step,
      patience: 1
    ) { _ in
      if isRepeated { return Claim(place: input.name, evidence: "all rows of a batch are one and the same") }
      return Claim(
        place: isAll ? input.name : "\(input.name) column \(column)",
        evidence: isAll
          ? "all of its \(Int(input.count)) rows seen are the same"
          : "column \(column) has been \(input.largest[min(column, input.columns - 1)]) in all \(Int(input.count)) rows seen"
      )
    }
  }

  mutating func judgeLabels(_ seen: Observation) {
    let labels = seen.labels
    judgeSum(seen)
    let (size, mean) = (Float(labels.targetDeviation), Float(abs(labels.targetMean)))
    let hasTargets = labels.targetCount > 0
    let isUnscaled =
      hasTargets && (max(size, mean) > 10 || labels.targetCount >= 64 && size < 0.01 && mean < 0.05)
    note(
      .unscaledTarget, 0, isUnscaled ? .alarming : hasTargets && max(size, mean) > 4 ? .suspected : .none,
      step: seen.step, patience: 2
    ) { _ in
      // Where a few are far beyond all others their scale is not what is wrong.
      let reach = Float(labels.targetLargest / max(labels.targetDeviation, .leastNormalMagnitude))
      if reach > 5 {
        return Claim(
          evidence:
            "the targets have a mean of \(rounded(Float(labels.targetMean))) and a deviation of \(rounded(size)), and some are \(rounded(reach)) deviations away",
          hint:
            "Look at the largest: if they stand for what is missing leave them out, if they are of many orders of magnitude take logarithms."
        )
      }
      return Claim(
        evidence:
          "the targets have a mean of \(rounded(Float(labels.targetMean))) and a deviation of \(rounded(size))",
        hint:
          "Take \(rounded(Float(labels.targetMean))) off the targets and divide by \(rounded(size)); undo it in what is predicted.",
        remedy: .scaleTargets)
    }
    note(.unshuffled, 0, isUnshuffled(labels) ? .alarming : .none, step: seen.step, patience: 2, since: 1) {
      _ in
      Claim(
        evidence: labels.classes > 0
          ? "two labels of a batch agree in \(percentage(Float(labels.purity))) of all cases, two of all batches in \(percentage(Float(labels.expectedPurity)))"
          : "the means of batches vary \(rounded(Float(labels.spreadOfMeans))) times as much as those of random ones would",
        remedy: .shuffle)
    }
    note(
      .softmaxTwice, 0, labels.areProbabilities ? .alarming : .none, step: seen.step, patience: 2
    ) { _ in
      Claim(
        evidence:
          "what the loss takes for logits are probabilities already: each row is from 0 to 1 and adds up to 1"
      )
    }
    let most = labels.largestLabelShare
    let isLanguage = labels.isLanguage
    note(
      .unbalanced, 0,
      labels.total >= 64 && labels.batches >= 6 && most > (isLanguage ? 0.5 : 0.9) ? .alarming : .none,
      step: seen.step
    ) { _ in
      // Nineteen in twenty is where a model does best that knows nothing else; below it is worth knowing.
      Claim(
        severity: !isLanguage && most < 0.95 ? .note : nil,
        evidence: "\(percentage(most)) of the labels are one and the same",
        hint: isLanguage ? "If it is padding, give it the label that does not count." : nil)
    }
    let ignored = Float(labels.ignored) / Float(max(labels.rows, 1))
    note(
      .maskedAway, 0, labels.classes > 0 && labels.rows >= 8 && ignored > 0.95 ? .alarming : .none,
      step: seen.step
    ) { _ in
      Claim(evidence: "\(labels.ignored) of \(labels.rows) rows do not count in the loss")
    }
  }

  /// A sum over rows does no harm by itself, if the rate is as much smaller.
  private mutating func judgeSum(_ seen: Observation) {
    let labels = seen.labels
    let counted = labels.rows - labels.ignored
    let isSum = labels.isSum && labels.isRoot && counted >= 4
    // Adaptive rules divide by the gradient's size themselves.
    let passes = seen.update.count > 0 ? seen.step / seen.update.count : 1
    let isAdded = passes >= 2 && seen.step >= 16 && labels.isRoot && !labels.isSum && !isAdaptive(seen)
    note(.notAveraged, 1, isAdded ? .alarming : .none, step: seen.step) { _ in
      Claim(
        severity: .note,
        evidence:
          "the gradients of \(passes) backward passes go into each update, and none of their losses is divided by \(passes)",
        hint: "Divide the loss of each by \(passes), or the rate.", remedy: .averageLoss)
    }
    note(.notAveraged, 0, isSum ? .suspected : .none, step: seen.step) { _ in
      Claim(
        evidence: "it is a sum over \(counted) rows, so the gradient is \(counted) times that of a mean",
        hint: "Divide the loss by \(counted), or the rate.", remedy: .averageLoss)
    }
  }

  private func isUnshuffled(_ labels: LossFigures) -> Bool {
    guard labels.batches >= 6 else { return false }
    if labels.classes > 1 {
      let expected = labels.expectedPurity
      // Text is alike within a batch; what is sorted by class is nearly pure.
      return labels.purity > expected + 0.6 * (1 - expected) && expected < 0.9
    }
    return labels.batches >= 8 && labels.rows >= 4 && labels.spreadOfMeans > 12
  }

  /// Rows of weights that began alike.
  mutating func judgeRows(_ seen: Observation) {
    guard memory.observations <= 4 else { return }
    for i in names.indices where seen.isWatched[i] {
      note(
        .duplicateRows, i, seen.parameters[i].hasEqualRows ? .alarming : .none, step: seen.step, patience: 2
      ) {
        Claim(place: $0.names[i], evidence: "its rows began as one and the same")
      }
    }
  }

  mutating func judgeLookups(_ seen: Observation) {
    for i in seen.senses.indices where seen.senses[i].kind == .lookup && seen.senses[i].isNew {
      let lookup = seen.senses[i]
      let isOne = lookup.a > 0.65 && lookup.b >= 16 && lookup.c >= 8
      // Of many ids a share says more than of few.
      let isClear = lookup.a > 0.9 || lookup.b >= 64
      note(
        .unknownSymbols, i, isOne ? (isClear ? .alarming : .suspected) : .none, step: seen.step, patience: 4
      ) { _ in
        Claim(
          severity: lookup.a > 0.9 ? nil : .warning, place: lookup.name,
          evidence: "\(percentage(lookup.a)) of the \(Int(lookup.b)) ids looked up are one and the same")
      }
    }
  }

  /// Tables of which most rows are never looked up, though the data come round and round. Of those that are frozen nobody counts the rows.
  mutating func judgeTables(_ seen: Observation) {
    for i in names.indices where seen.isWatched[i] && isTable[i] && !isMeantFrozen[i] {
      let share = seen.parameters[i].touchedShare
      if share > memory.touchedShares[i] {
        (memory.touchedShares[i], memory.touchedSteps[i]) = (share, seen.step)
      }
      // So many ids as would have met a row a hundred times, if all were as frequent.
      var ids: Float = 0
      for s in seen.senses.indices where seen.senses[s].kind == .lookup && seen.senses[s].parameter == i {
        ids = seen.senses[s].b
      }
      let isMuch = seen.step >= 12 && ids * Float(seen.step) > 100 * Float(shapes[i].rows)
      let isKnown = (seen.step >= 100 || isMuch) && seen.step > 3 * memory.touchedSteps[i]
      note(.rowsNeverSeen, i, isKnown && share > 0 && share < 0.5 ? .alarming : .none, step: seen.step) {
        Claim(
          place: $0.names[i],
          evidence:
            "\(percentage(share)) of its rows have occurred, the last new one at step \($0.memory.touchedSteps[i])"
        )
      }
    }
  }
}
