// Weighted sums of rows, such as those of a table, and the way back.

extension Engine {
  /// Row `i` of `target` becomes the sum of the rows `ids[j]` of `table` times `weights[j]`, over the places j of bag i,
  /// `offsets[i]..<offsets[i + 1]`, added in that order.
  ///
  /// **Shapes.** `table` [rows, width], `ids` and `weights` [n], `offsets` [bags + 1], `target` [bags, width].
  /// **Edges.** A bag without places gets zeros.
  ///
  /// - Precondition: every id is a row of the table, and the offsets rise from 0 to n.
  /// - Complexity: O(n · width), the bags shared out among the threads; allocates nothing.
  public func bagSums(
    _ table: Floats, _ ids: Indices, weights: Floats, offsets: Indices, width: Int, into target: Floats,
    for place: @autoclosure () -> String = "Engine.bagSums"
  ) {
    checkRows(rows: width == 0 ? 0 : table.count / width, ids, for: place())
    expect(weights.count == ids.count, place(), expected: "\(ids.count) weights", got: "\(weights.count)")
    checkBags(offsets, places: ids.count, target, width, for: place())
    let task = BagTask(
      engine: self, rows: table, ids: ids, weights: weights, offsets: offsets, width: width, target: target,
      parts: bagParts(offsets, width))
    guard computes else { return }
    workers.run(task.parts, task) { task, part in task.sum(task.bags(of: part)) }
  }

  /// Row `j` of `target` becomes row i of `source` times `weights[j]`, for every place j of bag i: what goes back to each row that
  /// was added up.
  ///
  /// **Shapes.** `source` [bags, width], `weights` [n], `offsets` [bags + 1], `target` [n, width].
  ///
  /// - Precondition: the offsets rise from 0 to n.
  /// - Complexity: O(n · width), the bags shared out among the threads; allocates nothing.
  public func spreadBags(
    _ source: Floats, weights: Floats, offsets: Indices, width: Int, into target: Floats
  ) {
    checkBags(offsets, places: weights.count, source, width, for: "Engine.spreadBags")
    expect(
      target.count == weights.count * width, "Engine.spreadBags",
      expected: "\(weights.count) rows of \(width)", got: "\(target.count) floats")
    let task = BagTask(
      engine: self, rows: source, ids: offsets, weights: weights, offsets: offsets, width: width,
      target: target, parts: bagParts(offsets, width))
    guard computes else { return }
    workers.run(task.parts, task) { task, part in task.spread(task.bags(of: part)) }
  }

  private func bagParts(_ offsets: Indices, _ width: Int) -> Int {
    let bags = offsets.count - 1
    return Int(offsets[bags]) * width < Self.floatsWorthSharing ? 1 : min(bags, 4 * workers.count)
  }

  private func checkBags(
    _ offsets: Indices, places: Int, _ rows: Floats, _ width: Int, for place: @autoclosure () -> String
  ) {
    let bags = offsets.count - 1
    expect(
      bags >= 0 && rows.count == bags * width, place(),
      expected: "one row of \(width) for each of \(bags) bags", got: "\(rows.count) floats")
    expect(
      offsets[0] == 0 && Int(offsets[bags]) == places, place(),
      expected: "bags that begin at 0 and end at \(places)", got: "\(offsets[0]) and \(offsets[bags])")
    for i in 0..<bags {
      expect(
        offsets[i] <= offsets[i + 1], place(), expected: "offsets in order",
        got: "\(offsets[i + 1]) after \(offsets[i])")
    }
  }
}

/// The bags of one batch, cut into parts. No bag is cut, so the sums do not depend on the parts.
private struct BagTask: Sendable {
  let engine: Engine
  /// What is added up, or spread.
  let rows: Floats
  let ids: Indices
  let weights: Floats
  let offsets: Indices
  let width: Int
  let target: Floats
  let parts: Int

  func bags(of part: Int) -> Range<Int> {
    let count = offsets.count - 1
    return count * part / parts..<count * (part + 1) / parts
  }

  func sum(_ bags: Range<Int>) {
    for bag in bags {
      let sum = target[bag * width..<(bag + 1) * width]
      sum.fill(0)
      for place in Int(offsets[bag])..<Int(offsets[bag + 1]) {
        let row = unsafe rows.source + Int(ids[place]) * width
        unsafe engine.kernels.vector.addScaled(
          sum.source, row, weights[place], sum.pointer, width)
      }
    }
  }

  func spread(_ bags: Range<Int>) {
    for bag in bags {
      let row = unsafe rows.source + bag * width
      for place in Int(offsets[bag])..<Int(offsets[bag + 1]) {
        unsafe engine.kernels.vector.scale(row, weights[place], target.pointer + place * width, width)
      }
    }
  }
}
