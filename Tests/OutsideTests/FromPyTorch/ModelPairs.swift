import Sluice

extension Pair {
  /// Models and their parameters.
  static let models = [
    Pair("A model of layers", layers),
    Pair("A module of your own", module),
    Pair("Parameters by name, and how many", names),
    Pair("Initial values", initial),
    Pair("A part that is not trained", frozen),
    Pair("Tied weights", tied),
  ]
}

@Sendable private func layers() throws -> [String: [Float]] {
  let values = spread(12)
  // BEGIN A model of layers
  var parameters = Parameters(seed: 7)
  let hidden = try Linear(
    inputs: 3, outputs: 5,
    named: "hidden", in: &parameters)
  let output = try Linear(
    inputs: 5, outputs: 2,
    named: "output", in: &parameters)

  // END A model of layers
  parameters.fill()
  // BEGIN A model of layers
  var tape = Tape(for: parameters)
  let x = tape.input(values, Shape(4, 3))
  let y = output(relu(hidden(x, &tape), &tape), &tape)
  // END A model of layers
  return ["y": tape.array(y)]
}

@Sendable private func module() throws -> [String: [Float]] {
  // BEGIN A module of your own
  struct Residual {
    let norm: LayerNorm
    let inner: Linear

    init(
      width: Int, named name: String,
      in parameters: inout Parameters
    ) throws {
      norm = try LayerNorm(
        width: width,
        named: name + ".norm", in: &parameters)
      inner = try Linear(
        inputs: width, outputs: width,
        named: name + ".inner", in: &parameters)
    }

    func callAsFunction(
      _ x: Tensor, _ tape: inout Tape
    ) -> Tensor {
      add(x, tanh(inner(norm(x, &tape), &tape), &tape), &tape)
    }
  }

  // END A module of your own
  var parameters = Parameters(seed: 7)
  // BEGIN A module of your own
  let block = try Residual(
    width: 4, named: "block", in: &parameters)
  // END A module of your own
  parameters.fill()
  var tape = Tape(for: parameters)
  let x = tape.input(spread(12), Shape(3, 4))
  // BEGIN A module of your own
  let y = block(x, &tape)
  // END A module of your own
  return ["y": tape.array(y)]
}

@Sendable private func names() throws -> [String: [Float]] {
  var parameters = Parameters(seed: 7)
  _ = try Perceptron(in: &parameters)
  // BEGIN Parameters by name, and how many
  let all = parameters.handles.map { parameters[$0] }
  let names = all.map(\.name)
  let shapes = all.map(\.shape)
  let count = parameters.elementCount
  // END Parameters by name, and how many
  return [
    "names": names.joined(separator: " ").utf8.map { Float($0) },
    "extents": shapes.flatMap { $0.array.map { Float($0) } },
    "count": [Float(count)],
  ]
}

@Sendable private func initial() throws -> [String: [Float]] {
  var parameters = Parameters(seed: 7)
  // BEGIN Initial values
  let layer = try Linear(
    inputs: 64, outputs: 32,
    initializer: .xavierUniform, biasInitializer: .zeros,
    named: "layer", in: &parameters)
  // END Initial values
  let limit = (Float(6) / (64 + 32)).squareRoot()
  let largest = parameters.values(of: layer.weight).array.map { abs($0) }.max() ?? .infinity
  return [
    "bias": layer.bias.map { parameters.values(of: $0).array } ?? [],
    "within": [largest <= limit ? 1 : 0], "near": [largest > 0.95 * limit ? 1 : 0],
  ]
}

@Sendable private func frozen() throws -> [String: [Float]] {
  var parameters = Parameters(seed: 7)
  let encoder = try Linear(inputs: 3, outputs: 5, named: "encoder", in: &parameters)
  let head = try Linear(inputs: 5, outputs: 2, named: "head", in: &parameters)
  parameters.fill()
  var tape = Tape(for: parameters)
  let x = tape.input(spread(12), Shape(4, 3))
  // BEGIN A part that is not trained
  for handle in parameters.handles
  where parameters[handle].layer == encoder.layer {
    parameters.setTrainable(false, handle)
  }
  let y = head(tanh(encoder(x, &tape), &tape), &tape)
  let loss = mean(square(y, &tape), &tape)
  tape.backward(from: loss, into: &parameters)
  // END A part that is not trained
  let encoders = parameters.handles.filter { parameters[$0].layer == encoder.layer }
  return [
    "head": parameters.gradient(of: head.weight).array,
    "encoder": encoders.map { parameters.gradient(of: $0).array.allSatisfy { $0 == 0 } ? 0 : 1 },
  ]
}

@Sendable private func tied() throws -> [String: [Float]] {
  let (ids, labels): ([Int32], [Int32]) = ([3, 1, 3, 7], [1, 3, 7, 0])
  var parameters = Parameters(seed: 7)
  // BEGIN Tied weights
  let embedding = try Embedding(
    rows: 10, width: 6, updates: .dense,
    named: "embedding", in: &parameters)
  let output = try LinearCrossEntropy(
    tiedTo: embedding, named: "output", in: &parameters)
  // END Tied weights
  parameters.fill()
  var tape = Tape(for: parameters)
  // BEGIN Tied weights
  let states = tanh(embedding(ids, &tape), &tape)
  let loss = output(states, labels: labels, &tape)
  tape.backward(from: loss, into: &parameters)
  // END Tied weights
  return ["loss": [tape.scalar(loss)], "slope": parameters.gradient(of: embedding.table).array]
}
