import Sluice
import TestSupport
import Testing

@Suite("What operations tell whoever watches")
struct SensesTests {
  @Test("An affine map tells its weight, the columns it reads and those it gives")
  func affineMap() throws {
    var parameters = Parameters(seed: 1)
    let linear = try Linear(inputs: 3, outputs: 2, named: "linear", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 10)
    _ = linear(tape.input([1, 2, 3], Shape(1, 3)), &tape)
    guard case .affine(linear.weight, inputs: 3, outputs: 2) = tape.senses(0).first else {
      Issue.record("\(tape.senses(0).first)")
      return
    }
    guard case .none = tape.senses(0).second else {
      Issue.record("\(tape.senses(0).second)")
      return
    }
  }

  @Test(
    "A loss over classes tells its labels as given, how many classes there are, and whether it is a sum",
    arguments: [Reduction.mean, .sum])
  func labels(_ reduction: Reduction) throws {
    var parameters = Parameters(seed: 1)
    let output = try LinearCrossEntropy(inputs: 2, classes: 4, named: "output", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let labels: [Int32] = [3, ignoredLabel, 0]
    let logits = tape.input([Float](repeating: 0.5, count: 12), Shape(3, 4))
    _ = crossEntropy(logits, labels, reduction: reduction, &tape)
    _ = crossEntropy(logits, labels, smoothing: 0.1, reduction: reduction, &tape)
    _ = output(tape.input([1, 2, 3, 4, 5, 6], Shape(3, 2)), labels: labels, reduction: reduction, &tape)
    #expect(tape.operationCount == 3)
    for i in 0..<3 {
      guard case .labels(let told, classes: 4, let isSum) = tape.senses(i).first else {
        Issue.record("\(tape.senses(i).first)")
        continue
      }
      #expect(told.array == labels && isSum == (reduction == .sum))
    }
    guard case .affine(output.weight, inputs: 2, outputs: 4) = tape.senses(2).second else {
      Issue.record("\(tape.senses(2).second)")
      return
    }
  }

  @Test(
    "The parts of an adaptive loss tell their own labels, and are sums only where the whole is one",
    arguments: [Reduction.mean, .sum])
  func adaptive(_ reduction: Reduction) throws {
    var parameters = Parameters(seed: 1)
    let output = try AdaptiveCrossEntropy(
      inputs: 4, classes: 6, cutoffs: [2], divisor: 2, named: "output", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    _ = output(tape.input(numbers(12, seed: 1), Shape(3, 4)), labels: [1, 5, 3], reduction: reduction, &tape)
    let told = Self.senses(of: "linearCrossEntropy", tape).map { senses in
      if case .labels(let labels, let classes, let isSum) = senses.first {
        return "\(labels.array) of \(classes), \(isSum)"
      }
      return "nothing"
    }
    let isSum = reduction == .sum
    // The head has the two classes and one for the cluster of four.
    #expect(told == ["[1, 2, 2] of 3, \(isSum)", "[3, 1] of 4, \(isSum)"])
  }

  @Test(
    "A loss over numbers tells its targets and how many are a row's", arguments: [Reduction.mean, .sum])
  func targets(_ reduction: Reduction) throws {
    let parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 10)
    let values: [Float] = [1, -1, 1, 1]
    for shape in [Shape(2, 2), Shape(4), Shape(4, 1)] {
      tape.reset()
      let (x, target) = (tape.input([0, 0, 0, 0], shape), tape.input(values, shape))
      _ = meanSquaredError(x, target, reduction: reduction, &tape)
      _ = huber(x, target, reduction: reduction, &tape)
      _ = binaryCrossEntropy(logits: x, target, reduction: reduction, &tape)
      _ = hinge(x, target, reduction: reduction, &tape)
      #expect(tape.operationCount == 4)
      for i in 0..<4 {
        guard case .targets(let told, let width, let isSum, let error) = tape.senses(i).first else {
          Issue.record("\(tape.senses(i).first)")
          continue
        }
        #expect(told.array == values && isSum == (reduction == .sum))
        #expect(width == (shape == Shape(2, 2) ? 2 : 1))
        #expect(error == [.square, .other, .logit, .other][i])
      }
    }
  }

  @Test("What looks rows up tells the table and the ids, each as often as it was read")
  func lookedUp() throws {
    var parameters = Parameters(seed: 1)
    let words = try Embedding(rows: 5, width: 2, padding: 0, named: "words", in: &parameters)
    let other = try Embedding(rows: 5, width: 2, named: "other", in: &parameters)
    let characters = try CharacterEncoder(
      characters: 7, embeddingWidth: 2, filters: [CharacterFilters(width: 1, maps: 2)], named: "characters",
      in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    _ = words([4, 0, 4], &tape)
    _ = other([3], &tape)
    var spelled = RaggedIndices()
    spelled.append([6, 2])
    spelled.append([2])
    _ = characters(spelled, &tape)
    let told = (0..<3).map { i in
      if case .rows(let ids, of: let table, let padding) = tape.senses(i).first {
        return "\(parameters[table].name) \(ids.array) \(padding)"
      }
      return "nothing"
    }
    #expect(
      told == ["words.weight [4, 0, 4] 0", "other.weight [3] -1", "characters.embedding [6, 2, 2] -1"])
  }

  @Test("Every kind of dropout tells its probability, and nothing once the model is in use")
  func dropouts() throws {
    var parameters = Parameters(seed: 1)
    var options = RecurrentOptions()
    options.recurrentDropout = 0.5
    let gru = try RecurrentNet(
      .gru(), inputs: 4, units: 2, options: options, named: "gru", in: &parameters)
    let weight = try parameters.add("weight", shape: Shape(2, 2), initializer: .zeros)
    var tape = Tape(for: parameters, capacity: 1 << 14)
    for mode in [Tape.Mode.training, .evaluation] {
      tape.mode = mode
      tape.reset()
      let x = ragged(tape.input(numbers(12, seed: 2), Shape(1, 12), requiresGradient: true), [1], &tape)
      _ = dropout(x.steps, probability: 0.1, stream: 1, &tape)
      _ = sequenceDropout(x, probability: 0.2, stream: 2, &tape)
      _ = attention(x, heads: 2, isCausal: true, dropout: 0.3, &tape)
      _ = gru(ragged(tape.input(numbers(4, seed: 3), Shape(1, 4)), [1], &tape), &tape)
      var told: [Float] = []
      for i in 0..<tape.operationCount {
        for sense in [tape.senses(i).first, tape.senses(i).second] {
          if case .dropout(let probability) = sense { told.append(probability) }
        }
      }
      #expect(told == (mode == .training ? [0.1, 0.2, 0.3, 0.5] : []))
    }
    tape.reset()
    _ = droppedWeight(.parameter(weight), shape: Shape(2, 2), probability: 0.25, stream: 3, &tape)
    guard case .dropout(0.25) = tape.senses(0).first else {
      Issue.record("\(tape.senses(0).first)")
      return
    }
  }

  @Test(
    "A normalization tells what each row was divided by, epsilon and the gain; of a cell the input's share")
  func normalization() throws {
    var parameters = Parameters(seed: 1)
    let norm = try LayerNorm(width: 2, named: "norm", in: &parameters)
    let net = try RecurrentNet(.layerNormGRU(), inputs: 1, units: 1, named: "net", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    _ = norm(tape.input([1, 3, 5, 5], Shape(2, 2)), &tape)
    guard case .normalization(let inverses, let epsilon, let told) = tape.senses(0).first else {
      Issue.record("\(tape.senses(0).first)")
      return
    }
    // The variances are 1 and 0.
    expectClose(inverses.array, [1 / (1 + 1e-5).squareRoot(), 1 / 1e-5.squareRoot()], "inverses")
    #expect(epsilon == 1e-5 && told == norm.weight)

    tape.reset()
    let weights = parameters.values(of: net.layers[0].inputWeight.parameter)
    for (i, value) in [Float(1), 2, 6].enumerated() { weights[i] = value }
    _ = net(ragged(tape.input([1], Shape(1, 1)), [1], &tape), &tape)
    let senses = Self.senses(of: "recurrent", tape)[0]
    guard case .normalization(let shares, 1e-5, let gain) = senses.second else {
      Issue.record("\(senses.second)")
      return
    }
    // The input's share of the three gates is 1, 2 and 6: mean 3, variance 14/3.
    expectClose(shares.array, [1 / (14.0 / 3 + 1e-5).squareRoot()], "shares")
    #expect(gain == net.layers[0].inputGain)
  }

  @Test(
    "A recurrent run tells whether it began from states, whether these were zero, and its longest sequence")
  func sequences() throws {
    var parameters = Parameters(seed: 1)
    let lstm = try RecurrentNet(.lstm(), inputs: 1, units: 2, named: "lstm", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let zero = lstm.zeroState(sequences: 3)
    /// What is told of a run over sequences of 2, 0 and 4 rows.
    func told(_ run: (RaggedTensor, inout Tape) -> Void, _ tape: inout Tape) -> String {
      tape.reset()
      run(ragged(tape.input(numbers(6, seed: 4), Shape(6, 1)), [2, 0, 4], &tape), &tape)
      guard case .sequences(let hasInitial, let beginsFromZeros, let longest) = tape.senses(0).first else {
        return "\(tape.senses(0).first)"
      }
      return "\(hasInitial) \(beginsFromZeros) \(longest)"
    }
    #expect(told({ x, tape in _ = lstm(x, &tape) }, &tape) == "false true 4")
    #expect(told({ x, tape in _ = lstm(x, from: zero, &tape) }, &tape) == "true true 4")
    // A cell state alone, and of the last sequence in the batch; then that of the empty one, which is never begun.
    for (place, expected) in [(4, "true false 4"), (2, "true true 4")] {
      var cells = [Float](repeating: 0, count: 6)
      cells[place] = 0.5
      let text = told(
        { x, tape in
          let states = InitialStates(
            tape.input([Float](repeating: 0, count: 6), Shape(3, 2)), cells: tape.input(cells, Shape(3, 2)))
          _ = lstm(x, from: states, &tape)
        }, &tape)
      #expect(text == expected)
    }
    // What one run leaves the next begins with.
    var carried = zero
    tape.reset()
    let batch = ragged(tape.input(numbers(6, seed: 4), Shape(6, 1)), [2, 0, 4], &tape)
    carried.update(from: lstm(batch, from: zero, &tape), tape)
    #expect(told({ x, tape in _ = lstm(x, from: carried, &tape) }, &tape) == "true false 4")
  }

  /// What is told of a triplet whose anchor and positive are at right angles, the negative opposite to the anchor, and of the
  /// same with positive and negative exchanged; the first costs nothing.
  private static func triplets(_ score: TripletScore, times scale: Float) -> [Float] {
    let parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let x = tape.input([scale, 0, 0, scale, -scale, 0], Shape(3, 2))
    _ = tripletLoss(x, tape.copyIndices([0, 1, 2, 0, 2, 1]), margin: 0.25, score: score, &tape)
    guard
      case .triplets(let margin, let share, let positive, let negative, let reach) = senses(
        of: "tripletLoss", tape)[0].first
    else { return [] }
    return [margin, share, positive, negative, reach]
  }

  @Test("Triplets tell margin, the share that costs, mean distances, and how far distances can differ")
  func triplets() {
    // Cosines 0 and −1: distances 1 and 2; and 2 and 1.
    expectClose(Self.triplets(.cosine, times: 3), [0.25, 0.5, 1.5, 1.5, 2], "cosine")
    // Distances √2 and 2, of directions: nothing is further apart than 2.
    let mean = 1 + 0.5.squareRoot()
    expectClose(Self.triplets(.euclidean, times: 1), [0.25, 0.5, mean, mean, 2], "directions")
    let unbounded = Self.triplets(.euclidean, times: 3)
    expectClose(Array(unbounded.dropLast()), [0.25, 0.5, 3 * mean, 3 * mean], "unbounded")
    #expect(unbounded.last == .infinity)
  }

  @Test("A soft nearest neighbor loss tells its temperature and the mean distance that it divides")
  func neighbors() throws {
    let parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    func told(_ values: [Float], _ shape: Shape, _ distance: NeighborDistance, _ tape: inout Tape) -> Float {
      tape.reset()
      let labels = (0..<Int32(shape[0])).map { $0 % 2 }
      _ = softNearestNeighborLoss(
        tape.input(values, shape), labels, temperature: 0.5, distance: distance, &tape)
      guard case .temperature(0.5, let spread) = tape.senses(0).first else { return .nan }
      return spread
    }
    // Squared distances 1, 9 and 4; at any scale, beyond the largest square too.
    expectClose([told([0, 1, 3], Shape(3, 1), .squaredEuclidean, &tape)], [14.0 / 3], "squared")
    expectClose([told([5, 5 + 0x1p45], Shape(2, 1), .squaredEuclidean, &tape)], [0x1p90], "large")
    // 1 − cosine: 1, 2 and 1, and 1 for each pair with the row of zeros.
    expectClose([told([2, 0, 0, 1, -3, 0, 0, 0], Shape(4, 2), .cosine, &tape)], [7.0 / 6], "cosine")
    #expect(told([7], Shape(1, 1), .squaredEuclidean, &tape) == 0)
  }

  @Test("A contrastive loss tells its temperature and how far its scores deviate, and no labels")
  func contrastive() throws {
    let parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    // The cosines of each row are 1 and 0: they deviate by a half.
    let x = tape.input([2, 0, 0, 5], Shape(2, 2))
    _ = contrastiveLoss(x, x, temperature: 0.1, &tape)
    let senses = Self.senses(of: "crossEntropy", tape)
    guard case .temperature(0.1, let spread) = senses[0].first, case .none = senses[0].second else {
      Issue.record("\(senses[0])")
      return
    }
    expectClose([spread], [0.5], "spread")
  }

  /// What the operations of that name tell, in their order.
  static func senses(of name: String, _ tape: borrowing Tape) -> [OperationSenses] {
    var found: [OperationSenses] = []
    for i in 0..<tape.operationCount where "\(tape.operation(i).name)" == name {
      found.append(tape.senses(i))
    }
    return found
  }
}
