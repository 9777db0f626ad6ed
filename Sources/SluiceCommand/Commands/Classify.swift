import Sluice

/// `sluice classify`: the label of each text.
enum Classify {
  static let run = Positional("run", .folder, help: "The folder of a run.")
  static let texts = Positional(
    repeated: "text", .text,
    help: "Texts to classify. Without any, one is read from each line of standard input.")

  static let command = Command(
    "classify", abstract: "Label texts with a trained classifier.",
    discussion:
      """
      Prints a line `label<TAB>probability<TAB>text` for each text, in their order, with spaces for the tabs and line ends in \
      it. A fourth column says `unknown` where no character of the text was met in training, and `empty` where there is none: \
      the label then means nothing. Lines of standard input are answered as they come. Characters that a screen would obey or \
      not show are escaped, such as `\\u{1B}`; the model reads them as they are.
      """,
    takes: [run, texts, Shared.lineLimit, Shared.threads]
  ) { arguments in
    var classifier = try SavedClassifier(
      run: arguments[run], engine: try Shared.engine(arguments))
    var notes = KnowledgeCounts()
    defer { Shared.note(notes.notes) }
    let limit = arguments[Shared.lineLimit] ?? classifier.description.settings.lineLimit
    if arguments[texts].isEmpty {
      try classifyInput(&classifier, &notes, lineLimit: limit)
    } else {
      try check(arguments[texts], lineLimit: limit)
      label(arguments[texts], &classifier, &notes)
    }
  }

  /// A text may be as long as an argument as on a line of standard input.
  private static func check(_ texts: [String], lineLimit limit: Int) throws(DataError) {
    for (i, text) in texts.enumerated() {
      let count = text.unicodeScalars.count
      if count > limit {
        throw TextLines.tooLong(path: "text \(i + 1)", line: nil, got: "\(count)", limit: limit)
      }
    }
  }

  /// Labels the lines of standard input, a block at a time, so that a stream of any length can be read. What has been read is
  /// answered before more is waited for, and before an error is reported.
  private static func classifyInput(
    _ classifier: inout SavedClassifier, _ notes: inout KnowledgeCounts, lineLimit: Int
  ) throws {
    var lines = TextLines(standardInputWithLineLimit: lineLimit)
    var scalars: [UInt32] = []
    var block: [String] = []
    var isOpen = true
    while isOpen {
      var failure: DataError?
      do throws(DataError) { isOpen = try lines.next(into: &scalars) } catch { failure = error }
      if isOpen, failure == nil {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars.compactMap(Unicode.Scalar.init))
        block.append(text)
        if block.count < blockSize, lines.holdsLine { continue }
      }
      label(block, &classifier, &notes)
      block.removeAll()
      if let failure { throw failure }
    }
  }

  /// The most lines of a block.
  private static let blockSize = 256

  private static func label(
    _ texts: [String], _ classifier: inout SavedClassifier, _ notes: inout KnowledgeCounts
  ) {
    if texts.isEmpty { return }
    let description = classifier.description
    var symbols = RaggedIndices()
    for text in texts {
      var ids: [Int32] = []
      description.alphabet.encode(text, into: &ids)
      symbols.append(ids)
    }
    let sequences = LabeledSequences(
      symbols: symbols, labels: Array(repeating: 0, count: texts.count))
    classifier.probabilities(of: sequences) { i, probabilities in
      let best = probabilities.indexOfMaximum
      let mark = notes.add(Knowledge(of: texts[i], description.alphabet)).map { "\t\($0)" } ?? ""
      Terminal.standardOutput.writeLine(
        "\(ScreenText.field(description.labels[best]))\t\(fixed(Double(probabilities[best]), 4))\t"
          + "\(ScreenText.field(texts[i]))\(mark)")
    }
  }
}
