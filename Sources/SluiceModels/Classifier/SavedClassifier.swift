import CLibrary
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
/// The model's weights stay where they lie in the file, which is shown in memory and not copied; what is made of them for all answers,
/// such as what each character adds to the gates of the first layer, is made once. So the first answer is as fast as any other, and a
/// steady stream of texts allocates nothing. Nobody may write into the file meanwhile; to train anew into the same folder is no
/// harm, for that replaces it.
///
/// A model that was trained to give any number of labels (`isMultilabel`) is asked with `labelSet(_:)`: all labels whose probability is at least
/// their threshold. `label(_:)` then gives the likeliest of all, and probabilities are of each label for itself.
///
/// One value serves one thread at a time: it holds the memory of its answers. `shared()` gives another thread one of its own on the same
/// weights.
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
  /// The least logit with which each label is given; empty where a text has one label.
  package let thresholdLogits: [Float]
  private var memory = AnswerMemory()
  /// The ids of the texts that are answered, and of one of them: kept for their memory.
  private var symbols = RaggedIndices()
  private var ids: [Int32] = []
  /// Reads the n-grams of those texts; nil where the model reads none.
  private var reader: GramReader?
  private var bag = GramBag()

  /// Loads the model of a run's folder.
  ///
  /// - Parameter threads: what computes; one answers a single short text fastest.
  /// - Throws: `StorageError` if the folder, `run.json` or the model cannot be read or do not fit each other.
  public init(run path: String, threads: Int = 1) throws(StorageError) {
    try self.init(run: path, engine: Engine(threads: threads))
  }

  /// The same on an engine that is shared.
  public init(run path: String, engine: Engine) throws(StorageError) {
    try self.init(run: path, engine: engine, replacing: [:])
  }

  /// The same with other values of some parameters, by their names.
  package init(
    run path: String, engine: Engine, replacing values: [String: Floats]
  ) throws(StorageError) {
    let directory = try RunDirectory.open(path)
    let description = try directory.description(ClassifierDescription.self)
    // Of the loss that parts or entangles the labels' states.
    let saved = try SavedModel(
      directory, engine: engine, forUseAlone: true, besides: ["neighbors.log_temperature"],
      replacing: values
    ) {
      (parameters: inout Parameters) throws(ModelError) in
      try TextClassifier(
        symbols: description.alphabet.count, labels: description.labels.count,
        gramRows: description.ngramRows, description.modelSettings, in: &parameters)
    }
    self.description = description
    reader = description.gramReader
    model = saved.model
    parameters = saved.parameters
    if let threshold = saved.model.threshold {
      thresholdLogits = parameters.values(of: threshold).array
    } else {
      thresholdLogits = []
    }
  }

  private init(sharing other: borrowing SavedClassifier) {
    description = other.description
    reader = other.reader
    model = other.model
    parameters = other.parameters.shared()
    thresholdLogits = other.thresholdLogits
  }

  /// The same classifier for another thread, with memory of its own for the answers. The weights are shared.
  ///
  /// Threads that ask at the same time need an engine of one thread, as the usual one: they would wait for each other's
  /// helpers.
  public borrowing func shared() -> SavedClassifier { SavedClassifier(sharing: self) }

  /// The likeliest label of a text. Characters that training never saw count as one unknown character.
  ///
  /// - Complexity: O(characters · units²); allocates nothing where an earlier text was as long.
  public mutating func label(_ text: String) -> Answer {
    let values = logits(of: text)
    return answer(values)
  }

  /// The likeliest labels of texts, in their order. Those of about the same length are read side by side, whichever
  /// order they come in.
  ///
  /// - Complexity: O(characters · units²).
  public mutating func labels(of texts: [String]) -> [Answer] {
    let nothing = Answer(label: "", index: 0, probability: 0)
    var answers = Array(repeating: nothing, count: texts.count)
    let isMultilabel = isMultilabel
    forEachBlock(of: texts) { place, logits, engine, labels in
      answers[place] = Self.answer(logits, engine, labels, isMultilabel)
    }
    return answers
  }

  /// Whether a text has any number of labels.
  public var isMultilabel: Bool { description.settings.isMultilabel }

  /// The least probability with which each label is given, in the order of `description.labels`; empty where a text has one label.
  public var thresholds: [Float] { thresholdLogits.map(Self.probability) }

  /// The labels that a text is given, the likeliest first, of equal ones the first: all whose probability is at least their threshold, which may be
  /// none. Of a model that gives each text one label, that one.
  ///
  /// - Complexity: as `label(_:)`.
  public mutating func labelSet(_ text: String) -> [Answer] {
    let values = logits(of: text)
    return Self.answers(values, parameters.engine, description.labels, thresholdLogits)
  }

  /// The labels of texts, in their order; see `labels(of:)`.
  public mutating func labelSets(of texts: [String]) -> [[Answer]] {
    var all = Array(repeating: [Answer](), count: texts.count)
    let thresholds = thresholdLogits
    forEachBlock(of: texts) { place, logits, engine, labels in
      all[place] = Self.answers(logits, engine, labels, thresholds)
    }
    return all
  }

  /// The probability of each label of a text, in the order of `description.labels`.
  public mutating func probabilities(of text: String) -> [Float] {
    let values = logits(of: text)
    Self.makeProbabilities(values, width: values.count, parameters.engine, isMultilabel)
    return values.array
  }

  /// The probabilities of the labels for texts: `body` gets the place of a text among them and one probability for each label. Those
  /// of about the same length are read side by side, so the order is not that of the texts.
  public mutating func probabilities(of texts: [String], _ body: (Int, Floats) -> Void) {
    let isMultilabel = isMultilabel
    forEachBlock(of: texts) { place, logits, engine, _ in
      Self.makeProbabilities(logits, width: logits.count, engine, isMultilabel)
      body(place, logits)
    }
  }

  /// The probabilities of the labels for all sequences, batch by batch in their order: `body` gets the index of
  /// a sequence and one probability for each label.
  public mutating func probabilities(
    of sequences: LabeledSequences, batch size: Int = 64, _ body: (Int, Floats) throws -> Void
  ) rethrows {
    let isMultilabel = isMultilabel
    let classes = description.labels.count
    try logits(of: sequences, batch: size) { i, logits, engine in
      Self.makeProbabilities(logits, width: classes, engine, isMultilabel)
      try body(i, logits)
    }
  }

  /// The logits of the labels for all sequences, batch by batch in their order.
  package mutating func logits(
    of sequences: LabeledSequences, batch size: Int = 64, _ body: (Int, Floats, Engine) throws -> Void
  ) rethrows {
    var batches = sequences.batches(of: size)
    var batch = LabeledBatch()
    let classes = description.labels.count
    while batches.next(into: &batch) {
      let values = logits(of: batch.symbols)
      for i in 0..<batch.count {
        try body(
          Int(batch.indices[i]), values[i * classes..<(i + 1) * classes], parameters.engine)
      }
    }
  }

  /// Texts that are read side by side.
  private static let block = 64

  /// Reads the texts in blocks of about the same length; `body` gets the place of each, its logits, and what it takes to tell
  /// the answer.
  private mutating func forEachBlock(
    of texts: [String], _ body: (Int, Floats, Engine, [String]) -> Void
  ) {
    var all = RaggedIndices()
    for text in texts {
      ids.removeAll(keepingCapacity: true)
      description.alphabet.encode(text, into: &ids)
      all.append(ids)
    }
    // Of equal length in their order.
    let order = (0..<texts.count).sorted { (all.length($1), $0) < (all.length($0), $1) }
    let classes = description.labels.count
    for start in stride(from: 0, to: order.count, by: Self.block) {
      let part = order[start..<min(start + Self.block, order.count)]
      symbols.removeAll()
      for place in part { symbols.append(all[place]) }
      let values = logits(of: symbols)
      for (i, place) in part.enumerated() {
        body(place, values[i * classes..<(i + 1) * classes], parameters.engine, description.labels)
      }
    }
  }

  private mutating func logits(of text: String) -> Floats {
    ids.removeAll(keepingCapacity: true)
    description.alphabet.encode(text, into: &ids)
    symbols.removeAll()
    symbols.append(ids)
    return logits(of: symbols)
  }

  private mutating func logits(of symbols: RaggedIndices) -> Floats {
    let model = model
    reader?.read(symbols, into: &bag)
    let bag = bag
    return memory.run(for: parameters) { tape in model.logits(symbols, bag, &tape) }
  }

  /// The likeliest label by its logits, which become probabilities.
  private static func answer(
    _ logits: Floats, _ engine: Engine, _ labels: [String], _ isMultilabel: Bool
  ) -> Answer {
    makeProbabilities(logits, width: logits.count, engine, isMultilabel)
    let best = logits.indexOfMaximum
    return Answer(label: labels[best], index: best, probability: logits[best])
  }

  private func answer(_ logits: Floats) -> Answer {
    Self.answer(logits, parameters.engine, description.labels, isMultilabel)
  }

  /// The labels that reach their thresholds; without thresholds the likeliest.
  private static func answers(
    _ logits: Floats, _ engine: Engine, _ labels: [String], _ thresholds: [Float]
  ) -> [Answer] {
    guard !thresholds.isEmpty else { return [answer(logits, engine, labels, false)] }
    let given = (0..<logits.count).filter { logits[$0] >= thresholds[$0] }
      .sorted { (logits[$1], $0) < (logits[$0], $1) }
    engine.sigmoid(logits, into: logits)
    return given.map { Answer(label: labels[$0], index: $0, probability: logits[$0]) }
  }

  /// Makes logits probabilities: of all labels together, or of each for itself.
  private static func makeProbabilities(
    _ logits: Floats, width: Int, _ engine: Engine, _ isMultilabel: Bool
  ) {
    if isMultilabel {
      engine.sigmoid(logits, into: logits)
    } else {
      engine.softmax(logits, width: width, into: logits)
    }
  }

  private static func probability(_ logit: Float) -> Float { 1 / (1 + expf(-logit)) }
}
