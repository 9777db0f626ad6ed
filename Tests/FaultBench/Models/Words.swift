import Foundation
import Sluice

/// A language model over consecutive text: words → embedding → recurrent layers → the next word. Several streams are read side by
/// side, a chunk of each in a step, and the states go on.
///
/// A document is about one of three topics, said by its first word. In each topic another word follows a word, so a chunk in the
/// middle of a document is easier to go on with for a model that carries what it has read. Or the text has a grammar, see `Grammar`.
struct Words: BenchModel {
  private static let topics = 3
  /// Ids after those of the words: what is not known, and what fills up.
  private let unknown, filling: Int32

  struct Text: Sendable {
    var words: [Int32] = []
    /// The places at which documents begin.
    var starts: Set<Int> = []
  }

  private let setup: Setup
  private let embedding: Embedding
  private let net: RecurrentNet
  private let dropout: Dropout
  private let output: Linear
  private let training: [Text]
  private let validation, fresh: [Text]
  private var place = 0
  private var state: RecurrentState

  init(_ setup: Setup, in parameters: inout Parameters) throws {
    self.setup = setup
    let form = setup.net
    let words = setup.data.words
    (unknown, filling) = (Int32(words), Int32(words) + 1)
    embedding = try Embedding(
      rows: words + 2, width: form.embedding, named: "embedding", in: &parameters)
    net = try RecurrentNet(
      form.cell, inputs: form.embedding, units: form.units, options: form.recurrentOptions,
      named: form.cellName, in: &parameters)
    dropout = try Dropout(probability: form.dropout, named: "dropout", in: &parameters)
    output = try Linear(inputs: form.units, outputs: words + 2, named: "output", in: &parameters)
    let data = setup.data
    state = net.zeroState(sequences: data.batch)
    func texts(_ part: UInt64, _ length: Int, _ count: Int) -> [Text] {
      (0..<count).map {
        Self.text(length, data, Draw(setup.seed, 0x400 + part * 256 + UInt64($0)), setup.seed)
      }
    }
    training = texts(1, data.textLength, data.batch)
    validation = data.leaks ? training.map { $0 } : texts(2, 97, data.batch)
    fresh = texts(3, 97, data.batch)
  }

  private static func text(_ length: Int, _ data: DataSetup, _ draw: Draw, _ seed: UInt64) -> Text {
    var rules = Draw(seed, 0x5EED)
    let follower = (0..<topics).map { _ in
      var order = (0..<data.words - topics).map { Int32($0 + topics) }
      if data.isSkewed { return order.map { _ in other(data, &rules) } }
      rules.shuffle(&order)
      return order
    }
    if data.source == .other { return Grammar.text(length, data, draw, seed) }
    var draw = draw
    var text = Text()
    var topic = 0
    var left = 0
    for place in 0..<length {
      if left == 0 {
        text.starts.insert(place)
        topic = draw.below(topics)
        left = data.hidesTopic ? data.document : data.document / 2 + draw.below(data.document)
        text.words.append(data.hidesTopic ? other(data, &draw) : Int32(topic))
      } else {
        let last = Int(text.words[place - 1])
        let isRegular = draw.uniform() < data.certainty && last >= topics
        text.words.append(
          isRegular ? follower[topic][last - topics] : other(data, &draw))
      }
      left -= 1
    }
    return text
  }

  /// Any word but those that say a topic: one as often as another, or some far more often than most.
  private static func other(_ data: DataSetup, _ draw: inout Draw) -> Int32 {
    let count = data.words - topics
    guard data.isSkewed else { return Int32(topics + draw.below(count)) }
    let x = draw.uniform()
    return Int32(topics + min(Int(Float(count) * x * x * x * x), count - 1))
  }

  /// The loss of the best model that knows only how frequent words are.
  var frequencyLoss: Float? {
    var counts: [Int32: Int] = [:]
    for text in training { for word in text.words { counts[word, default: 0] += 1 } }
    let total = Float(counts.values.reduce(0, +))
    return -counts.values.sorted().map { Float($0) / total * log(Float($0) / total) }.reduce(0, +)
  }

  /// The loss of one chunk of every stream.
  private func loss(
    _ texts: [Text], at place: Int, _ state: inout RecurrentState, _ form: LossSetup, _ draw: inout Draw,
    _ tape: inout Tape
  ) -> (loss: Tensor, logits: Tensor) {
    let data = setup.data
    var symbols = RaggedIndices()
    var targets: [Int32] = []
    for (stream, text) in texts.enumerated() {
      let chunk = place..<min(place + data.chunk, text.words.count - 1)
      if setup.net.resetsState, text.starts.contains(place) { state.clear(sequence: stream) }
      var read = chunk.map { data.reading(text.words[$0], unknown: unknown, &draw) }
      var next = chunk.map { text.words[$0 + 1] }
      if data.hasMisalignedLabels { next = chunk.map { text.words[($0 + 401) % text.words.count] } }
      if data.asksForWordRead, tape.mode == .training { next = read }
      if let length = data.paddedTo {
        read += Array(repeating: filling, count: max(length - read.count, 0))
        next += Array(
          repeating: form.countsPadding || form.masksReversed ? filling : ignoredLabel,
          count: max(length - next.count, 0))
      }
      if form.masksReversed { next = next.map { $0 == filling ? $0 : ignoredLabel } }
      symbols.append(read)
      targets += form.masking(next, &draw)
    }
    let result = net(embedding(symbols, &tape), from: state, &tape)
    if setup.net.carriesState { state.update(from: result, tape) }
    var steps = result.outputs.steps
    if setup.net.detachedBefore != nil { steps = tape.detached(steps) }
    if setup.net.dropout > 0 { steps = dropout(steps, &tape) }
    if setup.net.summaryFactor != 1 { steps = multiply(steps, setup.net.summaryFactor, &tape) }
    let logits = output(steps, &tape)
    if form.wrongAxis {
      let (streams, length) = (texts.count, targets.count / texts.count)
      targets = targets.indices.map { targets[$0 % streams * length + $0 / streams] }
    }
    return (form.ofClasses(logits, targets, &tape), logits)
  }

  mutating func trainingLoss(_ step: Int, _ tape: inout Tape) -> Tensor {
    if place + setup.data.chunk >= training[0].words.count {
      place = 0
      state = net.zeroState(sequences: setup.data.batch)
    }
    var draw = Draw(setup.seed, 0xA5_0000 + UInt64(step))
    if setup.data.hasRandomChunks { place = draw.below(training[0].words.count - setup.data.chunk - 1) }
    let turn = setup.data.rotatesStreams ? step % training.count : 0
    let texts = Array(training[turn...] + training[..<turn])
    let made = loss(texts, at: place, &state, setup.loss, &draw, &tape)
    if case .sameBatch = setup.data.order {} else { place += setup.data.chunk }
    return setup.loss.finished(made.loss, from: made.logits, step, &tape)
  }

  private func loss(_ texts: [Text], _ tape: inout Tape) -> Float {
    var state = net.zeroState(sequences: setup.data.batch)
    var draw = Draw(0, 0)
    var (sum, count) = (Float(0), 0)
    // The padding is no part of what is measured.
    for place in stride(from: 0, to: 96, by: setup.data.chunk) {
      tape.reset()
      sum += tape.scalar(loss(texts, at: place, &state, LossSetup(), &draw, &tape).loss)
      count += 1
    }
    return sum / Float(count)
  }

  func validationLoss(_ tape: inout Tape) -> Float { loss(validation, &tape) }
  func freshLoss(_ tape: inout Tape) -> Float { loss(fresh, &tape) }
  var chanceLoss: Float? { log(Float(setup.data.words + 2)) }
}
