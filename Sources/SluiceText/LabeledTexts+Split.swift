import SluiceCore

extension LabeledTexts {
  /// Divides the examples into a part to train on and a part to validate on.
  ///
  /// The share is kept within each label, to the nearest whole example, and a label with two or more examples
  /// has at least one on each side; a label with a single example stays in training. Which examples go where
  /// depends on the seed alone. Both parts keep the order of the examples and the label ids.
  ///
  /// Of texts with any number of labels the share of each label is kept as nearly as their sets allow.
  ///
  /// - Precondition: `validationShare` is above 0 and below 1.
  /// - Complexity: O(examples + characters).
  public func split(
    validationShare: Double = 0.2, seed: UInt64
  ) -> (training: LabeledTexts, validation: LabeledTexts) {
    require(validationShare > 0 && validationShare < 1, "A share is above 0 and below 1.")
    if let sets { return splitOfSets(sets, validationShare: validationShare, seed: seed) }
    var members = [[Int32]](repeating: [], count: labelNames.count)
    for (i, label) in labels.enumerated() { members[Int(label)].append(Int32(i)) }

    var validates = [Bool](repeating: false, count: count)
    for label in members.indices where members[label].count > 1 {
      let size = members[label].count
      let share = (Double(size) * validationShare).rounded()
      let chosen = min(max(Int(share), 1), size - 1)
      var random = RandomStream(seed: seed, purpose: .split, index: label)
      random.shuffle(&members[label])
      for i in members[label].prefix(chosen) { validates[Int(i)] = true }
    }
    let all = 0..<Int32(count)
    return (subset(all.filter { !validates[Int($0)] }), subset(all.filter { validates[Int($0)] }))
  }
}
