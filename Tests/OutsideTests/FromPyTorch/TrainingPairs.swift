import Sluice

extension Pair {
  /// Training: the loop, its optimizer, and what happens between its steps.
  static let training = [
    Pair("The loop", loop),
    Pair("Parameter groups", groups),
    Pair("A table and the rest", both),
    Pair("Clipping", clipping),
    Pair("A warm-up and a cosine", schedule),
    Pair("A plateau", plateau),
    Pair("Several batches for one update", accumulation),
    Pair("Looking at gradients", hooks),
    Pair("Changing gradients", changed),
    Pair("An average of the weights", average),
  ]
}

@Sendable private func loop() throws -> [String: [Float]] {
  var parameters = Parameters(seed: 7)
  let model = try Perceptron(in: &parameters)
  let batches = twoBatches
  var losses: [Float] = []
  // BEGIN The loop
  var tape = Tape(for: parameters)
  var optimizer = try Optimizer(
    .momentum(learningRate: 0.1), for: parameters)
  for _ in 0..<3 {
    for (values, labels) in batches {
      tape.reset()
      let x = tape.input(values, Shape(4, 3))
      let loss = crossEntropy(model(x, &tape), labels, &tape)
      tape.backward(from: loss, into: &parameters)
      optimizer.step(&parameters)
      losses.append(tape.scalar(loss))
    }
  }
  // END The loop
  return ["losses": losses, "parameters": parameters.everything]
}

@Sendable private func groups() throws -> [String: [Float]] {
  var parameters = Parameters(seed: 7)
  let model = try Perceptron(in: &parameters)
  // BEGIN Parameter groups
  var optimizer = try Optimizer(
    .adamW(learningRate: 0.01, weightDecay: 0.1),
    for: parameters,
    groups: [
      ParameterGroup(
        "biases", learningRate: 0.02, weightDecay: 0
      ) { $0.role == .bias }
    ])
  // END Parameter groups
  var tape = Tape(for: parameters)
  for _ in 0..<3 {
    for (values, labels) in twoBatches {
      tape.reset()
      let x = tape.input(values, Shape(4, 3))
      let loss = crossEntropy(model(x, &tape), labels, &tape)
      tape.backward(from: loss, into: &parameters)
      optimizer.step(&parameters)
    }
  }
  return ["parameters": parameters.everything]
}

@Sendable private func both() throws -> [String: [Float]] {
  let batches: [(ids: [Int32], labels: [Int32])] = [
    ([3, 1, 3], [0, 1, 1]), ([5, 1, 9], [1, 0, 0]), ([3, 9, 2], [1, 1, 0]),
  ]
  var parameters = Parameters(seed: 7)
  let embedding = try Embedding(rows: 10, width: 4, named: "embedding", in: &parameters)
  let output = try Linear(inputs: 4, outputs: 2, named: "output", in: &parameters)
  parameters.fill()
  var tape = Tape(for: parameters)
  // BEGIN A table and the rest
  var optimizer = try Optimizer(
    .adam(learningRate: 0.01), for: parameters)
  for (ids, labels) in batches {
    tape.reset()
    let y = output(embedding(ids, &tape), &tape)
    let loss = crossEntropy(y, labels, &tape)
    tape.backward(from: loss, into: &parameters)
    optimizer.step(&parameters)
  }
  // END A table and the rest
  return [
    "table": parameters.values(of: embedding.table).array,
    "weight": parameters.values(of: output.weight).array,
  ]
}

@Sendable private func clipping() throws -> [String: [Float]] {
  var parameters = Parameters(seed: 7)
  let model = try Perceptron(in: &parameters)
  var tape = Tape(for: parameters)
  let x = tape.input(twoBatches[0].values, Shape(4, 3))
  let labels = twoBatches[0].labels
  // BEGIN Clipping
  var optimizer = try Optimizer(
    .sgd(learningRate: 0.1), for: parameters,
    clipping: .norm(0.1))
  let loss = crossEntropy(model(x, &tape), labels, &tape)
  tape.backward(from: loss, into: &parameters)
  let norm = optimizer.step(&parameters).gradientNorm
  // END Clipping
  return ["norm": norm.map { [$0] } ?? [], "parameters": parameters.everything]
}

@Sendable private func schedule() throws -> [String: [Float]] {
  var parameters = Parameters(seed: 7)
  _ = try Perceptron(in: &parameters)
  var rates: [Float] = []
  // BEGIN A warm-up and a cosine
  var optimizer = try Optimizer(
    .sgd(learningRate: 0.1), for: parameters,
    schedule: Schedule(.cosine(steps: 6), warmUpSteps: 4))
  for step in 1...10 {
    rates.append(0.1 * optimizer.schedule.factor(at: step))
    optimizer.step(&parameters)
  }
  // END A warm-up and a cosine
  return ["rates": rates]
}

@Sendable private func plateau() throws -> [String: [Float]] {
  var parameters = Parameters(seed: 7)
  _ = try Perceptron(in: &parameters)
  let figures = [1, 0.8, 0.8, 0.81, 0.7, 0.699, 0.698, 0.6]
  var rates: [Float] = []
  // BEGIN A plateau
  let plateau = Plateau(
    .relative(0.01), fall: 0.5, patience: 1)
  var optimizer = try Optimizer(
    .sgd(learningRate: 0.1), for: parameters,
    schedule: Schedule(.plateau(plateau)))
  for figure in figures {
    optimizer.schedule.observe(figure)
    rates.append(0.1 * optimizer.schedule.factor(at: 1))
  }
  // END A plateau
  return ["rates": rates]
}

@Sendable private func accumulation() throws -> [String: [Float]] {
  var parameters = Parameters(seed: 7)
  let model = try Perceptron(in: &parameters)
  let batches = twoBatches
  var tape = Tape(for: parameters)
  // BEGIN Several batches for one update
  var optimizer = try Optimizer(
    .sgd(learningRate: 0.1), for: parameters)
  for (values, labels) in batches {
    tape.reset()
    let x = tape.input(values, Shape(4, 3))
    let loss = crossEntropy(model(x, &tape), labels, &tape)
    let share = divide(loss, Float(batches.count), &tape)
    tape.backward(from: share, into: &parameters)
  }
  optimizer.step(&parameters)
  // END Several batches for one update
  return ["parameters": parameters.everything]
}

@Sendable private func hooks() throws -> [String: [Float]] {
  var parameters = Parameters(seed: 7)
  let model = try Perceptron(in: &parameters)
  var tape = Tape(for: parameters)
  let x = tape.input(twoBatches[0].values, Shape(4, 3))
  let labels = twoBatches[0].labels
  var figures: [String: Float] = [:]
  // BEGIN Looking at gradients
  var flow = GradientFlow(for: parameters)

  let h = tanh(model.hidden(x, &tape), &tape)
  let loss = crossEntropy(
    model.output(h, &tape), labels, &tape)
  tape.backward(from: loss, into: &parameters)
  flow.observe(parameters)
  for (i, parameter) in flow.parameters.enumerated() {
    figures[parameter.name] = flow.figures(i).meanAbsolute
  }
  let seen = tape.adjoint(of: h)
  // END Looking at gradients
  return [
    "figures": parameters.handles.map { figures[parameters[$0].name] ?? .nan },
    "seen": seen?.array ?? [],
  ]
}

@Sendable private func changed() throws -> [String: [Float]] {
  var parameters = Parameters(seed: 7)
  let model = try Perceptron(in: &parameters)
  var optimizer = try Optimizer(.sgd(learningRate: 0.1), for: parameters)
  var tape = Tape(for: parameters)
  let x = tape.input(twoBatches[0].values, Shape(4, 3))
  let labels = twoBatches[0].labels
  // BEGIN Changing gradients
  let loss = crossEntropy(model(x, &tape), labels, &tape)
  tape.backward(from: loss, into: &parameters)

  let slopes = parameters.gradient(of: model.output.weight)
  for i in 0..<slopes.count { slopes[i] *= 0.1 }
  optimizer.step(&parameters)
  // END Changing gradients
  return ["parameters": parameters.everything]
}

@Sendable private func average() throws -> [String: [Float]] {
  var parameters = Parameters(seed: 7)
  let model = try Perceptron(in: &parameters)
  let batches = twoBatches
  var optimizer = try Optimizer(.sgd(learningRate: 0.1), for: parameters)
  var tape = Tape(for: parameters)
  // BEGIN An average of the weights
  var average = try WeightAverage(of: parameters, decay: 0.9)
  for (values, labels) in batches {
    tape.reset()
    let x = tape.input(values, Shape(4, 3))
    let loss = crossEntropy(model(x, &tape), labels, &tape)
    tape.backward(from: loss, into: &parameters)
    optimizer.step(&parameters)
    average.update(parameters)
  }
  average.swap(&parameters)
  tape.reset()
  let y = model(
    tape.input(batches[0].values, Shape(4, 3)), &tape)
  average.swap(&parameters)
  // END An average of the weights
  return ["y": tape.array(y), "parameters": parameters.everything]
}
