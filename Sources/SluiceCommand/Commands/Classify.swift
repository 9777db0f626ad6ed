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
      "Prints a line `label<TAB>probability<TAB>text` for each text, in their order, with spaces for the tabs and line ends in it. "
      + "Characters that a screen would obey or not show are escaped, such as `\\u{1B}`; the model reads them as they are.",
    takes: [run, texts, Shared.lineLimit, Shared.threads]
  ) { arguments in
    var classifier = try SavedClassifier(
      readingRun: arguments[run], engine: try Shared.engine(arguments))
    let limit = arguments[Shared.lineLimit] ?? classifier.description.settings.lineLimit
    if arguments[texts].isEmpty {
      try classifyInput(&classifier, lineLimit: limit)
    } else {
      try check(arguments[texts], lineLimit: limit)
      try label(arguments[texts], &classifier)
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

  /// Labels the lines of standard input, a block at a time, so that a stream of any length can be read.
  private static func classifyInput(_ classifier: inout SavedClassifier, lineLimit: Int) throws {
    var lines = TextLines(standardInputWithLineLimit: lineLimit)
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
        "\(ScreenText.field(description.labels[best]))\t\(fixed(Double(probabilities[best]), 4))\t\(ScreenText.field(texts[i]))"
      )
    }
  }
}
