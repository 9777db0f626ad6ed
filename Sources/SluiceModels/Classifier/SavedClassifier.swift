import SluiceCore
import SluiceLayers
import SluiceStorage
import SluiceText

/// A text classifier that a training has saved, for use on new texts.
///
/// ```swift
/// var classifier = try SavedClassifier(run: "runs/sms")
/// let answer = classifier.label("You have won a prize")
/// print(answer.label, answer.probability)
/// ```
///
/// One value serves one thread at a time: it holds the memory of its answers, so that a steady stream of texts allocates
/// little. Threads of their own read the run each for itself.
public struct SavedClassifier: ~Copyable {
  /// What a text was found to be.
  public struct Answer: Equatable, Sendable {
    /// The name of the likeliest label, the first of equal ones.
    public let label: String
    /// Its number.
    public let index: Int
    /// Its probability, from 0 to 1.
    public let probability: Float
  }

  /// What was loaded.
  public let description: ClassifierDescription
  /// The model itself, for programs that go on from its states.
  public let model: TextClassifier
  package let parameters: Parameters
  private var memory: AnswerMemory

  /// Loads the model of a run's folder.
  ///
  /// - Parameter threads: what computes; one answers a single short text fastest.
  /// - Throws: `StorageError` if the folder, `run.json` or the model cannot be read or do not fit each other.
  public init(run path: String, threads: Int = 1) throws(StorageError) {
    try self.init(run: path, engine: Engine(threads: threads))
  }

  /// The same on an engine that is shared.
  public init(run path: String, engine: Engine) throws(StorageError) {
    let directory = try RunDirectory.open(path)
    let description = try directory.description(ClassifierDescription.self)
    // Of the loss that parts or entangles the labels' states.
    let saved = try SavedModel(directory, engine: engine, besides: ["neighbors.log_temperature"]) {
      (parameters: inout Parameters) throws(ModelError) in
      try TextClassifier(
        symbols: description.alphabet.count, labels: description.labels.count, description.settings,
        in: &parameters)
    }
    self.description = description
    model = saved.model
    parameters = saved.parameters
    memory = AnswerMemory()
  }

  /// The likeliest label of a text. Characters that training never saw count as one unknown character.
  ///
  /// - Complexity: O(characters · units²).
  public mutating func label(_ text: String) -> Answer {
    let values = logits(of: [text])
    return answer(values)
  }

  /// The likeliest labels of texts, which are read side by side.
  public mutating func labels(of texts: [String]) -> [Answer] {
    var answers: [Answer] = []
    answers.reserveCapacity(texts.count)
    let classes = description.labels.count
    for start in stride(from: 0, to: texts.count, by: Self.block) {
      let part = texts[start..<min(start + Self.block, texts.count)]
      let values = logits(of: part)
      for i in 0..<part.count { answers.append(answer(values[i * classes..<(i + 1) * classes])) }
    }
    return answers
  }

  /// The probability of each label of a text, in the order of `description.labels`.
  public mutating func probabilities(of text: String) -> [Float] {
    let values = logits(of: [text])
    parameters.engine.softmax(values, width: values.count, into: values)
    return values.array
  }

  /// The probabilities of the labels for all sequences, batch by batch in their order: `body` gets the index of
  /// a sequence and one probability for each label.
  public mutating func probabilities(
    of sequences: LabeledSequences, batch size: Int = 64, _ body: (Int, Floats) throws -> Void
  ) rethrows {
    var batches = sequences.batches(of: size)
    var batch = LabeledBatch()
    let classes = description.labels.count
    while batches.next(into: &batch) {
      let values = logits(of: batch.symbols)
      parameters.engine.softmax(values, width: classes, into: values)
      for i in 0..<batch.count {
        try body(Int(batch.indices[i]), values[i * classes..<(i + 1) * classes])
      }
    }
  }

  /// Texts that are read side by side.
  private static let block = 64

  private mutating func logits(of texts: some Collection<String>) -> Floats {
    var symbols = RaggedIndices()
    var ids: [Int32] = []
    for text in texts {
      ids.removeAll(keepingCapacity: true)
      description.alphabet.encode(text, into: &ids)
      symbols.append(ids)
    }
    return logits(of: symbols)
  }

  private mutating func logits(of symbols: RaggedIndices) -> Floats {
    let model = model
    return memory.run(for: parameters) { tape in model.logits(symbols, &tape) }
  }

  /// The likeliest label by its logits, which become probabilities.
  private func answer(_ logits: Floats) -> Answer {
    parameters.engine.softmax(logits, width: logits.count, into: logits)
    let best = logits.indexOfMaximum
    return Answer(label: description.labels[best], index: best, probability: logits[best])
  }
}
