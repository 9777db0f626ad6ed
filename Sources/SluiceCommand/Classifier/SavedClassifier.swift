import Sluice

/// A classifier loaded from its run's folder, for use on new texts.
struct SavedClassifier: ~Copyable {
  let description: ClassifierDescription
  private let model: TextClassifier
  private var parameters: Parameters
  private let engine: Engine

  /// - Throws: `StorageError` if the folder, `run.json` or the model cannot be read or do not fit each other.
  init(readingRun path: String, engine: Engine) throws {
    let directory = try RunDirectory.open(path)
    let description = try directory.description(ClassifierDescription.self)
    let saved = try SavedModel(directory, seed: description.settings.seed, engine: engine) {
      (parameters: inout Parameters) throws(ModelError) in
      try TextClassifier(
        symbols: description.alphabet.count, labels: description.labels.count, description.settings,
        in: &parameters)
    }
    self.description = description
    self.engine = engine
    model = saved.model
    parameters = saved.parameters
  }

  /// The probabilities of the labels for all sequences, batch by batch in their order: `body` gets the index of
  /// a sequence and one probability for each label.
  mutating func probabilities(
    of sequences: LabelledSequences, batch size: Int = 64, _ body: (Int, Floats) throws -> Void
  ) throws {
    let bound = sequences.largestBatch(of: size)
    var tape = Tape(
      for: parameters,
      capacity: model.activationCount(
        texts: bound.sequences, symbols: bound.symbols, engine: engine))
    tape.mode = .evaluation
    var batches = sequences.batches(of: size)
    var batch = LabelledBatch()
    let classes = description.labels.count
    while batches.next(into: &batch) {
      tape.reset()
      let values = tape.values(of: model.logits(batch.symbols, &tape))
      engine.softmax(values, width: classes, into: values)
      for i in 0..<batch.count {
        try body(Int(batch.indices[i]), values[i * classes..<(i + 1) * classes])
      }
    }
  }
}
