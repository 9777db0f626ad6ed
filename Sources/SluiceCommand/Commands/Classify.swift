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

      A model that was trained with --multilabel prints all labels that reach their thresholds, the likeliest first, with a comma between them, and \
      so their probabilities; both are empty where no label does. With --json they are an array `labels` of objects.

      With --json each line is an object with `label`, `probability`, `text` and `characters`, which says whether `all`, `some` or \
      `none` of the characters were met in training, or the text is `empty`.
      """,
    takes: [run, texts, JSONOutput.flag, Shared.lineLimit, Shared.threads]
  ) { arguments in
    var classifier = try SavedClassifier(
      run: arguments[run], engine: try Shared.engine(arguments))
    var output = Answers(asJSON: arguments[JSONOutput.flag])
    defer { Shared.note(output.notes.notes) }
    let limit = arguments[Shared.lineLimit] ?? classifier.description.settings.lineLimit
    if arguments[texts].isEmpty {
      try classifyInput(&classifier, &output, lineLimit: limit)
    } else {
      try check(arguments[texts], lineLimit: limit)
      output.write(arguments[texts], &classifier)
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
    _ classifier: inout SavedClassifier, _ output: inout Answers, lineLimit: Int
  ) throws {
    var lines = TextLines(standardInputWithLineLimit: lineLimit)
    var scalars: [UInt32] = []
    var block: [String] = []
    var isOpen = true
    while isOpen {
      var failure: DataError?
      do throws(DataError) { isOpen = try lines.next(into: &scalars) } catch { failure = error }
      if isOpen, failure == nil {
        var text = String.UnicodeScalarView()
        for value in scalars { if let scalar = Unicode.Scalar(value) { text.append(scalar) } }
        block.append(String(text))
        if block.count < blockSize, lines.holdsLine { continue }
      }
      output.write(block, &classifier)
      block.removeAll(keepingCapacity: true)
      if let failure { throw failure }
    }
  }

  /// The most lines of a block: those of about the same length among them are read side by side.
  private static let blockSize = 1_024
}

/// The answers of a classifier as they are printed, in the order of the texts.
private struct Answers {
  let asJSON: Bool
  let terminal = Terminal.standardOutput
  var notes = KnowledgeCounts()
  private var bytes: [UInt8] = []

  init(asJSON: Bool) { self.asJSON = asJSON }

  /// Prints a line for each text, all of them at once.
  mutating func write(_ texts: [String], _ classifier: inout SavedClassifier) {
    if texts.isEmpty { return }
    bytes.removeAll(keepingCapacity: true)
    if classifier.isMultilabel { return writeSets(texts, &classifier) }
    for (text, answer) in zip(texts, classifier.labels(of: texts)) {
      let knowledge = Knowledge(of: text, classifier.description.alphabet)
      let mark = notes.add(knowledge)
      if asJSON {
        appendObject(text, answer.label, answer.probability, knowledge)
      } else {
        let line =
          "\(ScreenText.field(answer.label))\t\(fixed(Double(answer.probability), 4))\t"
          + "\(ScreenText.field(text))\(mark.map { "\t\($0)" } ?? "")\n"
        bytes.append(contentsOf: line.utf8)
      }
    }
    terminal.write(bytes)
  }

  /// The same where texts have any number of labels.
  private mutating func writeSets(_ texts: [String], _ classifier: inout SavedClassifier) {
    for (text, answers) in zip(texts, classifier.labelSets(of: texts)) {
      let knowledge = Knowledge(of: text, classifier.description.alphabet)
      let mark = notes.add(knowledge)
      if asJSON {
        bytes.append(contentsOf: #"{"labels":["#.utf8)
        for (i, answer) in answers.enumerated() {
          bytes.append(contentsOf: (i > 0 ? #",{"label":"# : #"{"label":"#).utf8)
          appendJSONString(answer.label, to: &bytes)
          bytes.append(contentsOf: ",\"probability\":\(answer.probability)}".utf8)
        }
        bytes.append(contentsOf: #"],"text":"#.utf8)
        appendJSONString(text, to: &bytes)
        bytes.append(contentsOf: ",\"characters\":\"\(knowledge)\"}\n".utf8)
      } else {
        let labels = answers.map { ScreenText.field($0.label) }.joined(separator: ",")
        let probabilities = answers.map { fixed(Double($0.probability), 4) }.joined(separator: ",")
        let line = "\(labels)\t\(probabilities)\t\(ScreenText.field(text))\(mark.map { "\t\($0)" } ?? "")\n"
        bytes.append(contentsOf: line.utf8)
      }
    }
    terminal.write(bytes)
  }

  private mutating func appendObject(
    _ text: String, _ label: String, _ probability: Float, _ knowledge: Knowledge
  ) {
    bytes.append(contentsOf: #"{"label":"#.utf8)
    appendJSONString(label, to: &bytes)
    bytes.append(contentsOf: ",\"probability\":\(probability),\"text\":".utf8)
    appendJSONString(text, to: &bytes)
    bytes.append(contentsOf: ",\"characters\":\"\(knowledge)\"}\n".utf8)
  }
}
