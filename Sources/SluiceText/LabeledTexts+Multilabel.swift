import SluiceCore

// What is different in reading where a text has any number of labels.
extension LabeledTexts.Reading {
  /// The ids of the labels of a list with commas between them, in its order.
  mutating func labelIDs(
    _ list: ArraySlice<UInt32>, number: Int, path: String
  ) throws(DataError) -> [Int32] {
    if list.allSatisfy(TextScalars.isSpace) { return [] }
    var found: [Int32] = []
    for part in list.split(separator: 0x2C, omittingEmptySubsequences: false) {
      let label = TextScalars.text(TextScalars.trimmed(part))
      if label.isEmpty {
        throw DataError(
          path: path, line: number, expected: "labels with a comma between two of them",
          got: "\(DataError.excerpt(TextScalars.text(list))) with an empty one",
          advice: "Remove the comma; a text without a label has nothing before the tab.")
      }
      if let known, ids[CodePoints(label)] == nil {
        throw DataError(
          path: path, line: number, expected: "some of the labels \(DataError.list(known))",
          got: DataError.excerpt(label))
      }
      let id = enter(label, line: number)
      if found.contains(id) {
        throw DataError(
          path: path, line: number, expected: "every label of a text once",
          got: "\(DataError.excerpt(label)) twice", advice: "Remove one of them.")
      }
      found.append(id)
    }
    return found
  }

  /// Throws where there is nothing to learn.
  func check(_ sets: LabelSets, path: String) throws(DataError) {
    if names.isEmpty {
      throw DataError(
        path: path, expected: "labels before the texts", got: "no label on any line",
        advice: "A line is the labels with commas between them, a tab and the text.")
    }
    if sets.count == 1 {
      throw DataError(
        path: path, expected: "at least two texts with different labels",
        got: "\(DataError.excerpt(sets.name(of: 0, names))) on every line")
    }
  }

  /// The result with the labels in their new order.
  func finish(_ sets: LabelSets, _ names: [String], _ newIDs: [Int32]) -> LabeledTexts {
    var renamed = LabelSets()
    for set in 0..<Int32(sets.count) { _ = renamed.number(of: sets[set].map { newIDs[Int($0)] }) }
    return LabeledTexts(labelNames: names, labels: labels, scalars: scalars, sets: renamed)
  }
}
