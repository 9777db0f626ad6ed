extension FlowMonitor {
  /// Compares the examples of the training part with those of the validation part: what is in both makes the validation look better
  /// than it is.
  ///
  /// Give what makes two examples the same one: a normalized text, a row, a fingerprint. Where examples occur several times in the
  /// training part by themselves, as short answers do, as many are expected in both.
  ///
  /// - Complexity: O(examples); allocates a set of the training part's.
  public mutating func observeSplit<Example: Hashable>(
    training: some Sequence<Example>, validation: some Sequence<Example>
  ) {
    var (known, repeated, count) = (Set<Example>(), 0, 0)
    for example in training {
      count += 1
      if !known.insert(example).inserted { repeated += 1 }
    }
    var (shared, tried) = (0, 0)
    for example in validation {
      tried += 1
      if known.contains(example) { shared += 1 }
    }
    let (share, expected) = (
      Double(shared) / Double(max(tried, 1)), Double(repeated) / Double(max(count, 1))
    )
    guard shared > 1, share > 0.02 + 2 * expected else { return }
    report(
      .leakage,
      evidence:
        "\(shared) of \(tried) examples of the validation part are in the training part; of that itself "
        + "\(percentage(Float(expected))) are repeated")
  }
}
