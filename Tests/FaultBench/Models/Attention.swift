import Sluice

/// Symbols and their positions → blocks of a transformer → classes. The first symbol decides, and the answer is read at the last
/// place, so it has to be fetched by attention; or a bracket that is left open decides, see `Brackets`.
struct Attention: BenchModel {
  private static let usualSymbols = 12
  private static let usualClasses = 4

  private struct Part: Sendable {
    var sequences: [[Int32]] = []
    var labels: [Int32] = []
  }

  private let setup: Setup
  private let symbols, classes: Int
  private let embedding: Embedding
  private let positions: ParameterHandle
  private let blocks: [TransformerBlock]
  private let handmade: [HandmadeBlock]
  private let dropout: Dropout
  private let output: Linear
  private let training, validation, fresh: Part
  private var deck: Deck

  init(_ setup: Setup, in parameters: inout Parameters) throws {
    self.setup = setup
    (symbols, classes) = Self.size(setup.data)
    let form = setup.net
    embedding = try Embedding(
      rows: symbols + 1, width: form.units, named: "embedding", in: &parameters)
    positions = try parameters.add(
      "positions.weight", shape: Shape(setup.data.lengths.upperBound, form.units),
      initializer: .normal(deviation: 1), layer: try parameters.addLayer(named: "positions"))
    var options = TransformerOptions()
    options.heads = form.heads
    options.hidden = 2 * form.units
    options.isCausal = form.isCausal
    options.dropout = form.dropout
    var blocks: [TransformerBlock] = []
    var handmade: [HandmadeBlock] = []
    for i in 0..<form.layers {
      if let factor = form.scoreFactor {
        handmade.append(
          try HandmadeBlock(form, scoreFactor: factor, named: "block_\(i)", in: &parameters))
      } else if form.forgetsAttention {
        handmade.append(try HandmadeBlock(form, scoreFactor: 1, named: "block_\(i)", in: &parameters))
      } else {
        blocks.append(
          try TransformerBlock(width: form.units, options, named: "block_\(i)", in: &parameters))
      }
    }
    self.blocks = blocks
    self.handmade = handmade
    dropout = try Dropout(probability: form.dropout, named: "dropout", in: &parameters)
    output = try Linear(inputs: form.units, outputs: classes, named: "output", in: &parameters)
    let data = setup.data
    var training = Self.part(data.examples, 1, data, setup.seed)
    let order = data.storedOrder(of: training.labels)
    training = Part(
      sequences: order.map { training.sequences[$0] }, labels: order.map { training.labels[$0] })
    training.labels = data.spoil(labels: training.labels, classes: classes, seed: setup.seed)
    self.training = training
    validation =
      data.leaks
      ? Part(sequences: Array(training.sequences[..<256]), labels: Array(training.labels[..<256]))
      : Self.part(256, 2, data, setup.seed)
    fresh = Self.part(256, 3, data, setup.seed)
    deck = Deck(data, keys: training.labels, seed: setup.seed)
  }

  private static func size(_ data: DataSetup) -> (symbols: Int, classes: Int) {
    data.source == .other ? (Brackets.symbols, Brackets.classes) : (usualSymbols, usualClasses)
  }

  private static func part(_ count: Int, _ part: UInt64, _ data: DataSetup, _ seed: UInt64) -> Part {
    let (symbols, classes) = size(data)
    let firstShare =
      part == 1 ? max(data.firstClassShare, data.trainingFirstClassShare) : data.firstClassShare
    var draw = Draw(seed, 0x500 + part)
    var made = Part()
    for _ in 0..<count {
      let length = draw.from(data.lengths)
      var sequence: [Int32]
      if data.source == .other {
        let label = draw.uniform() < firstShare ? 0 : draw.below(classes)
        sequence = Brackets.sequence(of: label, length: length, &draw)
        made.labels.append(Int32(label))
      } else {
        sequence = (0..<length).map { _ in Int32(draw.below(symbols)) }
        if draw.uniform() < firstShare { sequence[0] = Int32(draw.below(3)) * 4 }
        made.labels.append(sequence[0] % Int32(classes))
      }
      sequence = data.pipelined(sequence, &draw)
      sequence = sequence.map { data.reading($0, unknown: Int32(symbols), &draw) }
      if part > 1 { sequence = data.others(sequence, symbols: symbols) }
      if data.dropsFirst { sequence.removeFirst() }
      made.sequences.append(sequence)
    }
    if part > 1 { made.labels = data.recounted(made.labels, classes: classes) }
    return made
  }

  private func logits(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    var x = embedding(symbols, &tape)
    if !setup.net.forgetsPositions { x = addPositions(x, .parameter(positions), &tape) }
    for block in blocks { x = block(x, &tape) }
    for block in handmade { x = block(x, &tape) }
    let summary: Tensor
    if setup.net.pool == .mean {
      summary = mean(x, &tape)
    } else if setup.net.pool == .first {
      summary = rows(x.steps, Array(symbols.offsets.dropLast()), &tape)
    } else {
      summary = rows(x.steps, symbols.offsets.dropFirst().map { $0 - 1 }, &tape)
    }
    var h = setup.net.detachedBefore == nil ? summary : tape.detached(summary)
    if setup.net.dropout > 0 { h = dropout(h, &tape) }
    if setup.net.summaryFactor != 1 { h = multiply(h, setup.net.summaryFactor, &tape) }
    return output(h, &tape)
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

/// A block as somebody writes it who makes the attention from its parts: with the queries multiplied by a factor of their own, and
/// perhaps without the sum that brings attention's result into the stream.
struct HandmadeBlock {
  private let norm: LayerNorm
  private let projections: Linear
  private let merged: Linear
  private let expandNorm: LayerNorm
  private let expand: Linear
  private let contract: Linear
  private let heads: Int
  private let factors: [Float]
  private let forgetsAttention: Bool

  init(_ net: NetSetup, scoreFactor: Float, named name: String, in parameters: inout Parameters) throws {
    let width = net.units
    norm = try LayerNorm(width: width, named: "\(name).attention_norm", in: &parameters)
    projections = try Linear(
      inputs: width, outputs: 3 * width, initializer: .xavierUniform, biasInitializer: .zeros,
      named: "\(name).projections", in: &parameters)
    merged = try Linear(inputs: width, outputs: width, named: "\(name).merged", in: &parameters)
    expandNorm = try LayerNorm(width: width, named: "\(name).expand_norm", in: &parameters)
    expand = try Linear(inputs: width, outputs: 2 * width, named: "\(name).expand", in: &parameters)
    contract = try Linear(inputs: 2 * width, outputs: width, named: "\(name).contract", in: &parameters)
    heads = net.heads
    factors =
      Array(repeating: scoreFactor, count: width) + Array(repeating: 1, count: 2 * width)
    forgetsAttention = net.forgetsAttention
  }

  func callAsFunction(_ x: RaggedTensor, _ tape: inout Tape) -> RaggedTensor {
    let scaled = multiply(
      projections(norm(x.steps, &tape), &tape), tape.input(factors, Shape(factors.count)), &tape)
    let gathered = attention(
      RaggedTensor(steps: scaled, sequences: x.sequences), heads: heads, isCausal: false, &tape)
    let change = merged(gathered.steps, &tape)
    let z = forgetsAttention ? x.steps : add(x.steps, change, &tape)
    let hidden = gelu(expand(expandNorm(z, &tape), &tape), &tape)
    return RaggedTensor(steps: add(z, contract(hidden, &tape), &tape), sequences: x.sequences)
  }
}
