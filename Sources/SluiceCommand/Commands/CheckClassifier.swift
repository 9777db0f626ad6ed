import Sluice

/// `sluice check classifier`: the recipe's checks, a line each.
enum CheckClassifier {
  static let command = Command(
    "classifier", abstract: "Check a classifier with the options it is to be trained with.",
    discussion: """
      Same seed, same result; the loss at the start; overfitting a tiny batch; whether the input matters; whether \
      examples stay apart; which parameters move; the learning rate. `check.json` in the run's folder holds the result; \
      the exit status is 1 if a check fails.
      """, takes: TrainClassifier.options
  ) { arguments in
    if arguments[OptimizerOptions.optimizer] == .help { return OptimizerOptions.printHelp() }
    let engine = try Shared.engine(arguments)
    let directory = try RunDirectory.create(at: arguments[TrainClassifier.out])
    let settings = try TrainClassifier.settings(arguments)
    let data = try ClassifierData(path: arguments[TrainClassifier.data], settings)
    let lines = try Recipe().run { variant in
      try ClassifierSubject(data, settings, variant, engine: engine)
    }
    try JSONFile.write(lines, to: directory.file("check.json"))
    for text in texts(lines, firstInput: firstInput(data)) { print(text) }
    if lines.contains(where: { $0.outcome == .fail }) { throw ExitStatus.failure }
  }

  /// What the network sees just before its first layer: the first text, encoded and decoded again.
  static func firstInput(_ data: borrowing ClassifierData) -> String {
    var batches = data.training.batches(of: 1)
    var batch = LabelledBatch()
    batches.start(epoch: 0)
    guard batches.next(into: &batch) else { return "no text" }
    let ids = batch.symbols.values.prefix(24).map { "\($0)" }.joined(separator: " ")
    return "label '\(data.labelNames[Int(batch.labels[0])])', symbols \(ids)"
  }

  /// The lines as they are printed.
  static func texts(_ lines: [RecipeLine], firstInput: String) -> [String] {
    var texts = ["seen before the first layer: \(firstInput)", ""]
    for line in lines {
      texts.append("\(line.outcome.rawValue)  \(line.name): \(line.detail)")
      if !line.hint.isEmpty { texts.append("      \(line.hint)") }
    }
    let failed = lines.count { $0.outcome == .fail }
    let warned = lines.count { $0.outcome == .warn }
    texts.append("\n\(lines.count) checks, \(failed) failed, \(warned) with a warning")
    return texts
  }
}
