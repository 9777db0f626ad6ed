import Sluice

extension Pair {
  /// Embeddings and sequences.
  static let sequences = [
    Pair("An embedding with a padding row", padding),
    Pair("Sparse gradients", sparse),
    Pair("Vectors from elsewhere", vectors),
    Pair("A bag of embeddings", bag),
    Pair("Sequences of any length: packing", packing),
    Pair("Two layers, both directions", bidirectional),
    Pair("States that go on", carried),
    Pair("The weights of PyTorch's LSTM", weights),
    Pair("A block of a transformer", transformer),
  ]
}

private let threeSequences: [[Int32]] = [[3, 1, 4], [1, 5, 9, 2, 6], [5]]

@Sendable private func padding() throws -> [String: [Float]] {
  let ids: [Int32] = [3, 0, 5]
  var parameters = Parameters(seed: 7)
  // BEGIN An embedding with a padding row
  let embedding = try Embedding(
    rows: 10, width: 4, padding: 0,
    named: "embedding", in: &parameters)
  // END An embedding with a padding row
  parameters.fill()
  parameters.values(of: embedding.table)[0..<4].fill(0)
  var tape = Tape(for: parameters)
  // BEGIN An embedding with a padding row
  let y = embedding(ids, &tape)
  let loss = sum(square(y, &tape), &tape)
  tape.backward(from: loss, into: &parameters)
  // END An embedding with a padding row
  var slope = [Float](repeating: 0, count: 40)
  let touched = parameters.touchedRows(of: embedding.table)
  for i in 0..<touched.count {
    for j in 0..<4 { slope[Int(touched.rowIDs[i]) * 4 + j] = touched.gradient(i)[j] }
  }
  return ["y": tape.array(y), "slope": slope]
}

@Sendable private func sparse() throws -> [String: [Float]] {
  let ids: [Int32] = [7, 3, 7]
  var parameters = Parameters(seed: 7)
  // BEGIN Sparse gradients
  let embedding = try Embedding(
    rows: 10, width: 4,
    named: "embedding", in: &parameters)
  // END Sparse gradients
  parameters.fill()
  var tape = Tape(for: parameters)
  // BEGIN Sparse gradients
  let y = embedding(ids, &tape)
  let loss = sum(square(y, &tape), &tape)
  tape.backward(from: loss, into: &parameters)
  let gradient = parameters.touchedRows(of: embedding.table)
  let rows = gradient.rowIDs
  let slopes = gradient.rowGradients
  // END Sparse gradients
  return ["rows": rows.array.map { Float($0) }, "slopes": slopes.array]
}

@Sendable private func vectors() throws -> [String: [Float]] {
  let vectors = spread(40)
  let ids: [Int32] = [7, 3, 7]
  var parameters = Parameters(seed: 7)
  // BEGIN Vectors from elsewhere
  let embedding = try Embedding(
    rows: 10, width: 4,
    named: "embedding", in: &parameters)
  parameters.values(of: embedding.table).copy(from: vectors)
  parameters.setTrainable(false, embedding.table)

  var tape = Tape(for: parameters)
  let y = embedding(ids, &tape)
  // END Vectors from elsewhere
  return ["y": tape.requiresGradient(y) ? [] : tape.array(y)]
}

@Sendable private func bag() throws -> [String: [Float]] {
  let sequences = threeSequences
  var parameters = Parameters(seed: 7)
  // BEGIN A bag of embeddings
  let embedding = try Embedding(
    rows: 10, width: 4, named: "bag", in: &parameters)
  // END A bag of embeddings
  parameters.fill()
  var tape = Tape(for: parameters)
  // BEGIN A bag of embeddings
  var batch = RaggedIndices()
  for sequence in sequences { batch.append(sequence) }
  let y = mean(embedding(batch, &tape), &tape)
  // END A bag of embeddings
  return ["y": tape.array(y)]
}

@Sendable private func packing() throws -> [String: [Float]] {
  let sequences = threeSequences
  var parameters = Parameters(seed: 7)
  let embedding = try Embedding(rows: 10, width: 4, named: "embedding", in: &parameters)
  let gru = try GRU(inputs: 4, units: 5, named: "gru", in: &parameters)
  parameters.fill()
  var tape = Tape(for: parameters)
  // BEGIN Sequences of any length: packing
  var batch = RaggedIndices()
  for sequence in sequences { batch.append(sequence) }
  let final = gru(embedding(batch, &tape), &tape).final
  // END Sequences of any length: packing
  return ["final": tape.array(final)]
}

@Sendable private func bidirectional() throws -> [String: [Float]] {
  let values = spread(21)
  var parameters = Parameters(seed: 7)
  // BEGIN Two layers, both directions
  var options = RecurrentOptions()
  options.layers = 2
  options.direction = .bidirectional
  let lstm = try LSTM(
    inputs: 3, units: 4, options: options,
    named: "lstm", in: &parameters)
  // END Two layers, both directions
  parameters.fill()
  var tape = Tape(for: parameters)
  // BEGIN Two layers, both directions
  let x = RaggedTensor(
    steps: tape.input(values, Shape(7, 3)),
    sequences: tape.makeSequences(offsets: [0, 3, 7]))
  let outputs = lstm(x, &tape).outputs
  // END Two layers, both directions
  return ["outputs": tape.array(outputs.steps)]
}

@Sendable private func carried() throws -> [String: [Float]] {
  let parts: [[[Int32]]] = [[[3, 1, 4], [1, 5, 9]], [[2, 6, 5], [3, 5, 8]]]
  var parameters = Parameters(seed: 7)
  let embedding = try Embedding(rows: 10, width: 4, named: "embedding", in: &parameters)
  let lstm = try LSTM(inputs: 4, units: 5, named: "lstm", in: &parameters)
  parameters.fill()
  var tape = Tape(for: parameters)
  // BEGIN States that go on
  var state = lstm.net.zeroState(sequences: 2)
  for part in parts {
    tape.reset()
    var batch = RaggedIndices()
    for stream in part { batch.append(stream) }
    let steps = embedding(batch, &tape)
    let result = lstm(steps, from: state, &tape)
    state.update(from: result, tape)
  }
  // END States that go on
  return ["state": state.state(layer: 0), "cell": state.cellState(layer: 0)]
}

@Sendable private func weights() throws -> [String: [Float]] {
  let values = spread(9)
  let path = PairNumbers.folder + "Fixtures/lstm.safetensors"
  var parameters = Parameters(seed: 7)
  // BEGIN The weights of PyTorch's LSTM
  let lstm = try LSTM(
    inputs: 3, units: 4, named: "lstm", in: &parameters)
  let file = try SafetensorsFile(path: path)
  try lstm.net.readPyTorch(into: parameters) { name, shape in
    try file.check(name, shape: shape.array)
    return try file.floats(name)
  }
  // END The weights of PyTorch's LSTM
  var tape = Tape(for: parameters)
  // BEGIN The weights of PyTorch's LSTM
  let x = RaggedTensor(
    steps: tape.input(values, Shape(3, 3)),
    sequences: tape.makeSequences(offsets: [0, 3]))
  let y = lstm(x, &tape).outputs
  // END The weights of PyTorch's LSTM
  return ["y": tape.array(y.steps)]
}

@Sendable private func transformer() throws -> [String: [Float]] {
  let values = spread(64)
  var parameters = Parameters(seed: 7)
  // BEGIN A block of a transformer
  var options = TransformerOptions()
  options.heads = 2
  options.hidden = 16
  options.isCausal = false
  let block = try TransformerBlock(
    width: 8, options, named: "block", in: &parameters)
  // END A block of a transformer
  parameters.fill()
  var tape = Tape(for: parameters)
  // BEGIN A block of a transformer
  let x = RaggedTensor(
    steps: tape.input(values, Shape(8, 8)),
    sequences: tape.makeSequences(offsets: [0, 3, 8]))
  let y = block(x, &tape)
  // END A block of a transformer
  return ["y": tape.array(y.steps)]
}
