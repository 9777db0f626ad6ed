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
      "Prints a line `label<TAB>probability<TAB>text` for each text, in their order, with spaces for the tabs and line ends in it.",
    takes: [run, texts, Shared.threads]
  ) { arguments in
    var classifier = try SavedClassifier(
      readingRun: arguments[run], engine: try Shared.engine(arguments))
    if arguments[texts].isEmpty {
      try classifyInput(&classifier)
    } else {
      try label(arguments[texts], &classifier)
    }
  }

  /// Labels the lines of standard input, a block at a time, so that a stream of any length can be read.
  private static func classifyInput(_ classifier: inout SavedClassifier) throws {
    var lines = TextLines(standardInputWithLineLimit: classifier.description.settings.lineLimit)
    var scalars: [UInt32] = []
    var block: [String] = []
    while try lines.next(into: &scalars) {
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars.compactMap(Unicode.Scalar.init))
      block.append(text)
      if block.count == 256 {
        try label(block, &classifier)
        block.removeAll()
      }
    }
    try label(block, &classifier)
  }

  private static func label(_ texts: [String], _ classifier: inout SavedClassifier) throws {
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
      Terminal.standardOutput.writeLine(
        "\(description.labels[best])\t\(fixed(Double(probabilities[best]), 4))\t\(line(texts[i]))")
    }
  }

  /// A text without what ends a line or parts its columns.
  private static func line(_ text: String) -> String {
    String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
  }
}
