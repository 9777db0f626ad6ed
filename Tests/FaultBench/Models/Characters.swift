import Sluice

/// Symbols → embedding → recurrent layers → classes. About half the symbols of a sequence are those of its label; or the first
/// symbol alone decides; or a motif does, see `Motifs`.
struct Characters: BenchModel {
  private static let usualSymbols = 12
  private static let usualClasses = 4

  struct Part: Sendable {
    var sequences: [[Int32]] = []
    var labels: [Int32] = []
  }

  private let setup: Setup
  private let symbols, classes: Int
  private let embedding: Embedding
  private let net: RecurrentNet
  private let dropout: Dropout
  private let output: Linear
  let training, validation, fresh: Part
  private var deck: Deck

  init(_ setup: Setup, in parameters: inout Parameters) throws {
    self.setup = setup
    (symbols, classes) = Self.size(setup.data)
    let form = setup.net
    embedding = try Embedding(
      rows: symbols + 1, width: form.embedding, named: "embedding", in: &parameters)
    net = try RecurrentNet(
      form.cell, inputs: form.embedding, units: form.units, options: form.recurrentOptions,
      named: form.cellName, in: &parameters)
    dropout = try Dropout(probability: form.dropout, named: "dropout", in: &parameters)
    output = try Linear(inputs: form.units, outputs: classes, named: "output", in: &parameters)
    let data = setup.data
    var training = Self.part(data.examples, 1, data, setup.seed)
    let order = data.storedOrder(of: training.labels)
    training = Part(
      sequences: order.map { training.sequences[$0] }, labels: order.map { training.labels[$0] })
    training.labels = data.spoil(labels: training.labels, classes: classes, seed: setup.seed)
    self.training = training
    var validation =
      data.leaks
      ? Part(sequences: Array(training.sequences[..<256]), labels: Array(training.labels[..<256]))
      : Self.part(256, 2, data, setup.seed)
    if data.leakedShare > 0 {
      let copied = min(Int(data.leakedShare * 256), training.labels.count)
      validation.sequences.replaceSubrange(0..<copied, with: training.sequences[..<copied])
      validation.labels.replaceSubrange(0..<copied, with: training.labels[..<copied])
    }
    self.validation = validation
    fresh = Self.part(256, 3, data, setup.seed)
    deck = Deck(data, keys: training.labels, seed: setup.seed)
  }

  private static func size(_ data: DataSetup) -> (symbols: Int, classes: Int) {
    data.source == .other ? (Motifs.symbols, Motifs.classes) : (usualSymbols, usualClasses)
  }

  private static func part(_ count: Int, _ part: UInt64, _ data: DataSetup, _ seed: UInt64) -> Part {
    let (symbols, classes) = size(data)
    // The id of the padding, and of any symbol where all are unknown.
    let filling = Int32(symbols)
    var draw = Draw(seed, 0x300 + part)
    let firstShare =
      part == 1 ? max(data.firstClassShare, data.trainingFirstClassShare) : data.firstClassShare
    var made = Part()
    for _ in 0..<count {
      let label = draw.uniform() < firstShare ? 0 : draw.below(classes)
      let length = draw.from(data.lengths)
      var sequence: [Int32]
      if data.source == .other {
        sequence = Motifs.sequence(of: label, length: length, data, &draw)
      } else {
        sequence = (0..<length).map { i in
          let tells = data.firstDecides ? i == 0 : draw.uniform() < 0.5
          return Int32(tells ? label * 3 + draw.below(3) : draw.below(symbols))
        }
      }
      sequence = data.pipelined(sequence, &draw)
      sequence = sequence.map { data.reading($0, unknown: filling, &draw) }
      if part > 1 { sequence = data.others(sequence, symbols: symbols) }
      if data.dropsFirst { sequence.removeFirst() }
      if let length = data.paddedTo {
        let filled = Array(repeating: filling, count: max(length - sequence.count, 0))
        let isLeft = data.padsLeft && !(data.padsOthersRight && part > 1)
        sequence = isLeft ? filled + sequence : sequence + filled
      }
      made.sequences.append(sequence)
      made.labels.append(Int32(label))
    }
    if part > 1 { made.labels = data.recounted(made.labels, classes: classes) }
    return made
  }

  private func logits(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    var letters = embedding(symbols, &tape)
    if setup.net.detachedBefore == 0 {
      letters = RaggedTensor(steps: tape.detached(letters.steps), sequences: letters.sequences)
    }
    var summary = setup.net.pooled(net(letters, &tape), symbols, &tape)
    if setup.net.detachedBefore == 1 { summary = tape.detached(summary) }
    if setup.net.dropout > 0 { summary = dropout(summary, &tape) }
    if setup.net.summaryFactor != 1 { summary = multiply(summary, setup.net.summaryFactor, &tape) }
    return output(summary, &tape)
  }

  mutating func trainingLoss(_ step: Int, _ tape: inout Tape) -> Tensor {
    let places = deck.take(setup.data.batch)
    var symbols = RaggedIndices()
    let sequences = places.map { training.sequences[$0] }
    for sequence in setup.data.asRead(sequences, symbols: self.symbols, at: step) {
      symbols.append(sequence)
    }
    let logits = logits(symbols, &tape)
    var draw = Draw(setup.seed, 0xA5_0000 + UInt64(step))
    let given = deck.labelPlaces(setup.data, at: step).map { training.labels[$0] }
    let chosen = setup.loss.masking(setup.data.counted(given, of: classes, at: step), &draw)
    return setup.loss.finished(setup.loss.ofClasses(logits, chosen, &tape), from: logits, step, &tape)
  }

  private func loss(_ part: Part, _ tape: inout Tape) -> Float {
    tape.reset()
    var symbols = RaggedIndices()
    for sequence in part.sequences { symbols.append(sequence) }
    return tape.scalar(crossEntropy(logits(symbols, &tape), part.labels, &tape))
  }

  func validationLoss(_ tape: inout Tape) -> Float { loss(validation, &tape) }
  func freshLoss(_ tape: inout Tape) -> Float { loss(fresh, &tape) }
  var chanceLoss: Float? { classes == 4 ? 1.3863 : 1.6094 }
}
