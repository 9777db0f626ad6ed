import Sluice

/// Words as sequences of letters → embedding → recurrent layers → one vector, such that words of one stem lie together;
/// of one language or of another, see `Affixes`.
struct Stems: BenchModel {
  private let setup: Setup
  private let forms: Int
  private let embedding: Embedding
  private let net: RecurrentNet
  private let dropout: Dropout
  private let output: Linear
  /// The words of each stem, of both parts.
  private let training, validation, fresh: [[[Int32]]]
  private var draw: Draw

  init(_ setup: Setup, in parameters: inout Parameters) throws {
    self.setup = setup
    let form = setup.net
    let letters = Self.letters(setup.data)
    forms = Affixes.all(setup.data.source).count
    embedding = try Embedding(
      rows: letters + 1, width: form.embedding, named: "embedding", in: &parameters)
    net = try RecurrentNet(
      form.cell, inputs: form.embedding, units: form.units, options: form.recurrentOptions,
      named: form.cellName, in: &parameters)
    dropout = try Dropout(probability: form.dropout, named: "dropout", in: &parameters)
    output = try Linear(inputs: form.units, outputs: 16, named: "output", in: &parameters)
    training = Self.stems(setup.data.stemCount, 1, setup)
    validation = Self.stems(20, 2, setup)
    fresh = Self.stems(20, 3, setup)
    draw = Draw(setup.seed, 0x600)
  }

  private static func letters(_ data: DataSetup) -> Int { data.source == .other ? Affixes.letters : 14 }

  private static func stems(_ count: Int, _ part: UInt64, _ setup: Setup) -> [[[Int32]]] {
    var draw = Draw(setup.seed, 0x610 + part)
    let letters = letters(setup.data)
    let affixes = Affixes.all(setup.data.source)
    let forms = affixes.count
    let unknown = Int32(letters)
    var stems = (0..<count).map { _ in
      let stem = (0..<draw.from(3...5)).map { _ in Int32(draw.below(letters)) }
      return affixes.map { affix in
        var word = affix.before + stem + affix.after
        word = word.map { setup.data.reading($0, unknown: unknown, &draw) }
        // What fills up has the same id as what is unknown.
        return word + Array(repeating: unknown, count: max((setup.data.paddedTo ?? 0) - word.count, 0))
      }
    }
    if setup.data.hasShuffledLabels, part == 1 {
      var words = stems.flatMap { $0 }
      draw.shuffle(&words)
      stems = (0..<count).map { Array(words[$0 * forms..<($0 + 1) * forms]) }
    }
    return stems
  }

  private func vectors(_ words: RaggedIndices, _ tape: inout Tape) -> Tensor {
    var summary = setup.net.pooled(net(embedding(words, &tape), &tape), words, &tape)
    if setup.net.detachedBefore != nil { summary = tape.detached(summary) }
    if setup.net.dropout > 0 { summary = dropout(summary, &tape) }
    if setup.net.summaryFactor != 1 { summary = multiply(summary, setup.net.summaryFactor, &tape) }
    return output(summary, &tape)
  }

  private func loss(
    _ stems: [[[Int32]]], _ count: Int, _ form: LossSetup, _ draw: inout Draw, _ tape: inout Tape
  ) -> Tensor {
    var words = RaggedIndices()
    if form.stems == .triplets {
      var triplets: [[[Int32]]] = [[], [], []]
      for _ in 0..<count {
        let (a, first) = (draw.below(stems.count), draw.below(forms))
        let second = (first + 1 + draw.below(forms - 1)) % forms
        let b = (a + 1 + draw.below(stems.count - 1)) % stems.count
        var negative = stems[b][draw.below(forms)]
        if form.pairing == .negativesAlike { negative = stems[a][draw.below(forms)] }
        let isSwapped = form.pairing == .swapped
        triplets[0].append(stems[a][first])
        triplets[1].append(isSwapped ? negative : stems[a][second])
        triplets[2].append(isSwapped ? stems[a][second] : negative)
      }
      for role in triplets { for word in role { words.append(word) } }
      let all = vectors(words, &tape)
      return tripletLoss(
        anchor: slice(all, 0..<count, &tape), positive: slice(all, count..<2 * count, &tape),
        negative: slice(all, 2 * count..<3 * count, &tape), margin: form.margin, score: .cosine, &tape
      ).loss
    }
    // Three words of each of some stems.
    var labels: [Int32] = []
    for _ in 0..<count {
      let stem = draw.below(stems.count)
      let first = draw.below(forms)
      for k in 0..<3 {
        words.append(stems[stem][(first + k) % forms])
        labels.append(Int32(stem))
      }
    }
    let all = vectors(words, &tape)
    if form.stems == .margin {
      return TripletMarginLoss(margin: form.margin, sampling: .semiHard)(all, labels, &tape).loss
    }
    return softNearestNeighborLoss(
      all, labels, temperature: form.temperature, distance: form.distance, &tape)
  }

  mutating func trainingLoss(_ step: Int, _ tape: inout Tape) -> Tensor {
    let made = loss(training, setup.data.batch, setup.loss, &draw, &tape)
    return setup.loss.finished(made, from: made, step, &tape)
  }

  /// Triplets with the usual margin, whatever was trained.
  private func loss(_ stems: [[[Int32]]], _ tape: inout Tape) -> Float {
    tape.reset()
    var draw = Draw(setup.seed, 0x620)
    return tape.scalar(loss(stems, 200, LossSetup(), &draw, &tape))
  }

  func validationLoss(_ tape: inout Tape) -> Float { loss(validation, &tape) }
  func freshLoss(_ tape: inout Tape) -> Float { loss(fresh, &tape) }
  var chanceLoss: Float? { nil }
}
