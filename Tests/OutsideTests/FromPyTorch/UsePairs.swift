import Foundation
import Sluice
import TestSupport

extension Pair {
  /// What is around a training: modes, seeds, data, files.
  static let uses = [
    Pair("Use instead of training", evaluation),
    Pair("Seeds and threads", seeds),
    Pair("Batches of a data set", batches),
    Pair("Saving and loading", saving),
    Pair("A checkpoint", checkpoint),
    Pair("TensorBoard", tensorBoard),
  ]
}

@Sendable private func evaluation() throws -> [String: [Float]] {
  var parameters = Parameters(seed: 7)
  // BEGIN Use instead of training
  let linear = try Linear(
    inputs: 3, outputs: 5,
    named: "linear", in: &parameters)
  let dropout = try Dropout(
    probability: 0.5, named: "dropout", in: &parameters)
  // END Use instead of training
  parameters.fill()
  var tape = Tape(for: parameters)
  let x = tape.input(spread(12), Shape(4, 3))
  // BEGIN Use instead of training
  tape.mode = .evaluation
  let y = dropout(linear(x, &tape), &tape)
  tape.mode = .training
  // END Use instead of training
  let ones = tape.input([Float](repeating: 1, count: 300), Shape(100, 3))
  let dropped = dropout(linear(ones, &tape), &tape)
  return ["y": tape.array(y), "drops": [tape.array(dropped).contains(0) ? 1 : 0]]
}

@Sendable private func seeds() throws -> [String: [Float]] {
  // BEGIN Seeds and threads
  let engine = Engine(threads: 2)
  var one = Parameters(seed: 7, engine: engine)
  let first = try Linear(
    inputs: 3, outputs: 2, named: "layer", in: &one)
  var other = Parameters(seed: 7, engine: engine)
  let second = try Linear(
    inputs: 3, outputs: 2, named: "layer", in: &other)
  let same =
    one.values(of: first.weight).array
    == other.values(of: second.weight).array
  // END Seeds and threads
  return ["same": [same ? 1 : 0]]
}

@Sendable private func batches() throws -> [String: [Float]] {
  let sequences: [[Int32]] = [[3, 1, 4], [1, 5, 9, 2, 6], [5], [3, 5], [8, 9, 7, 9]]
  let labels: [Int32] = [0, 1, 1, 0, 1]
  var (count, total) = (0, 0)
  // BEGIN Batches of a data set
  struct Texts: Sendable {
    var ids = RaggedIndices()
    var labels: [Int32] = []
  }

  var batches = ExampleBatches(
    of: sequences.count, size: 2, shuffledBy: 7,
    into: Texts()
  ) { batch, places in
    batch.ids.removeAll()
    batch.labels.removeAll(keepingCapacity: true)
    for i in places {
      batch.ids.append(sequences[i])
      batch.labels.append(labels[i])
    }
  }
  batches.start(epoch: 1)
  var batch = Texts()
  while batches.next(into: &batch) {
    count += 1
    total += batch.ids.values.reduce(0) { $0 + Int($1) }
  }
  // END Batches of a data set
  return ["count": [Float(count)], "total": [Float(total)]]
}

@Sendable private func saving() throws -> [String: [Float]] {
  let folder = try TestFolder()
  // What PyTorch wrote is read, written again, and read once more.
  let fromPyTorch = PairNumbers.folder + "Fixtures/model.safetensors"
  var parameters = Parameters(seed: 7)
  _ = try Perceptron(in: &parameters)
  var others = Parameters(seed: 8)
  let other = try Perceptron(in: &others)
  others.values(of: other.hidden.weight).fill(0)
  parameters.values(of: parameters.handle(at: 0)).fill(0)
  try parameters.read(from: fromPyTorch)
  let path = folder.file("model.safetensors")
  // BEGIN Saving and loading
  try parameters.write(to: path)

  try others.read(from: path)
  // END Saving and loading
  var tape = Tape(for: others)
  let x = tape.input(spread(12), Shape(4, 3))
  // BEGIN Saving and loading
  let y = other(x, &tape)
  // END Saving and loading
  return ["y": tape.array(y)]
}

@Sendable private func checkpoint() throws -> [String: [Float]] {
  let folder = try TestFolder()
  let path = folder.file("training.safetensors")

  func train(
    _ model: Perceptron, _ parameters: inout Parameters, _ optimizer: inout Optimizer, _ tape: inout Tape,
    steps: Int
  ) {
    for i in 0..<steps {
      tape.reset()
      let x = tape.input(twoBatches[i % 2].values, Shape(4, 3))
      let loss = crossEntropy(model(x, &tape), twoBatches[i % 2].labels, &tape)
      tape.backward(from: loss, into: &parameters)
      optimizer.step(&parameters)
    }
  }

  do {
    var parameters = Parameters(seed: 7)
    let model = try Perceptron(in: &parameters)
    var tape = Tape(for: parameters)
    var optimizer = try Optimizer(.adam(learningRate: 0.01), for: parameters)
    train(model, &parameters, &optimizer, &tape, steps: 4)
    let step = 4
    // BEGIN A checkpoint
    try LoopCheckpoint.write(
      to: path, parameters, optimizer, tape
    ) { state in
      state.write(step)
    }

    // END A checkpoint
  }
  var parameters = Parameters(seed: 7)
  let model = try Perceptron(in: &parameters)
  var tape = Tape(for: parameters)
  var optimizer = try Optimizer(.adam(learningRate: 0.01), for: parameters)
  var step = 0
  // BEGIN A checkpoint
  try LoopCheckpoint.restore(
    from: path, parameters, &optimizer, &tape
  ) { state in
    step = try state.readInt()
  }
  // END A checkpoint
  train(model, &parameters, &optimizer, &tape, steps: 3)
  return ["parameters": parameters.everything, "step": [Float(step)]]
}

@Sendable private func tensorBoard() throws -> [String: [Float]] {
  let test = try TestFolder()
  let folder = test.path
  let losses: [Float] = [0.9, 0.5, 0.25]
  let parameters = Parameters(seed: 7)
  var tape = Tape(for: parameters)
  let weights = tape.values(of: tape.input(spread(40), Shape(40)))
  // BEGIN TensorBoard
  let events = try EventFile(
    path: folder + "/events.out.tfevents.mine")
  for (i, loss) in losses.enumerated() {
    try events.add("loss", loss, step: i + 1)
  }
  var histogram = Histogram()
  histogram.add(weights)
  try events.add("weights", histogram, step: 3)
  try events.flush()
  // END TensorBoard
  // A record: the length of its event in 8 bytes, 4 of a checksum, the event, 4 of another.
  let contents = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/events.out.tfevents.mine")))
  var (records, place) = (0, 0)
  while place < contents.count {
    place += 16 + contents[place..<place + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
    records += 1
  }
  return ["records": [place == contents.count ? Float(records) : .nan]]
}
