import Sluice

/// `sluice classify`: the label of each text.
enum Classify {
  static let run = Positional("run", .path, help: "The folder of a run.")
  static let texts = Positional(
    repeated: "text", .text,
    help: "Texts to classify. Without any, one is read from each line of standard input.")

  static let command = Command(
    "classify", abstract: "Label texts with a trained classifier.",
    discussion:
      """
      Prints a line `label<TAB>probability<TAB>text` for each text, in their order, with spaces for the tabs and line ends in \
      it. A fourth column says `unknown` where no character of the text was met in training, and `empty` where there is none: \
      the label then means nothing. Lines of standard input are answered as they come.
      """,
    takes: [run, texts, Shared.threads]
  ) { arguments in
    var classifier = try SavedClassifier(
      readingRun: arguments[run], engine: try Shared.engine(arguments))
    var notes = Notes()
    defer { notes.say() }
    if arguments[texts].isEmpty {
      try classifyInput(&classifier, &notes)
    } else {
      try label(arguments[texts], &classifier, &notes)
    }
  }

  /// Labels the lines of standard input, a block at a time, so that a stream of any length can be read. What has been read is
  /// answered before more is waited for, and before an error is reported.
  private static func classifyInput(
    _ classifier: inout SavedClassifier, _ notes: inout Notes
  ) throws {
    var lines = TextLines(standardInputWithLineLimit: classifier.description.settings.lineLimit)
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
      try label(block, &classifier, &notes)
      block.removeAll()
      if let failure { throw failure }
    }
  }

  /// The most lines of a block.
  private static let blockSize = 256

  private static func label(
    _ texts: [String], _ classifier: inout SavedClassifier, _ notes: inout Notes
  ) throws {
    if texts.isEmpty { return }
    let description = classifier.description
    var symbols = RaggedIndices()
    for text in texts {
      var ids: [Int32] = []
      description.alphabet.encode(text, into: &ids)
      symbols.append(ids)
    }
    let sequences = LabelledSequences(
      symbols: symbols, labels: Array(repeating: 0, count: texts.count))
    try classifier.probabilities(of: sequences) { i, probabilities in
      let best = probabilities.indexOfMaximum
      let mark = notes.add(Knowledge(of: texts[i], description.alphabet)).map { "\t\($0)" } ?? ""
      Terminal.standardOutput.writeLine(
        "\(description.labels[best])\t\(fixed(Double(probabilities[best]), 4))\t\(line(texts[i]))\(mark)")
    }
  }

  /// What there is to say of texts that the model knows little of, once for all.
  private struct Notes {
    private var count = 0
    private var partly = 0
    private var strangers = 0
    private var empty = 0

    /// Counts a text, and returns the mark of its line, if the answer rests on nothing.
    mutating func add(_ knowledge: Knowledge) -> String? {
      count += 1
      switch knowledge {
      case .all: return nil
      case .some: partly += 1
      case .none: strangers += 1
      case .empty: empty += 1
      }
      return knowledge == .none ? "unknown" : knowledge == .empty ? "empty" : nil
    }

    func say() {
      var parts: [String] = []
      if strangers > 0 {
        parts.append("\(grouped(strangers)) marked 'unknown' have no character that was met in training")
      }
      if empty > 0 { parts.append("\(grouped(empty)) marked 'empty' have none at all") }
      if partly > 0 { parts.append("\(grouped(partly)) have some that were not met in training") }
      guard !parts.isEmpty else { return }
      Terminal.standardError.writeLine(
        "note: of \(grouped(count)) texts " + parts.joined(separator: ", ")
          + (strangers + empty > 0 ? "; what is said of the marked ones means nothing" : ""))
    }
  }

  /// A text without what ends a line or parts its columns.
  private static func line(_ text: String) -> String {
    String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
  }
}
