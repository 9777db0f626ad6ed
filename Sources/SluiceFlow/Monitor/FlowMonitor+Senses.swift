import SluiceCore

/// What of a step's senses belongs together: labels are compared with the ids that were looked up.
struct StepSenses {
  var ids: Indices?
  var labels: Indices?
  var longest = 0
  /// What dropout leaves on the way to the last affine map, how often something is dropped there, and that map's layer.
  var survival: Float = 1
  var drops: Int32 = 0
  var lastMap = LayerHandle.none
  var lastOutput: Tensor?
  /// What comes in before the first layer, if that is rows of numbers, and the targets of a loss that has one for each row.
  var input: Tensor?
  var targets: Floats?
  /// The loss, by its tensor and value.
  var loss: Tensor?
}

extension OperationSenses {
  /// The share that the operation drops, if it is a dropout.
  var dropout: Float? { if case .dropout(let probability) = first { probability } else { nil } }

  /// The affine map among them.
  var affine: (weight: ParameterHandle, inputs: Int, outputs: Int)? {
    if case .affine(let weight, let inputs, let outputs) = first { return (weight, inputs, outputs) }
    if case .affine(let weight, let inputs, let outputs) = second { return (weight, inputs, outputs) }
    return nil
  }
}

/// What operations tell, sorted into figures.
extension FlowMonitor {
  /// An affine map: what comes in, if no operation made it, and whether it follows another.
  mutating func note(
    _ affine: (weight: ParameterHandle, inputs: Int, outputs: Int), of operation: RecordedOperation,
    _ tape: borrowing Tape
  ) {
    guard operation.inputs.count > 0 else { return }
    let place = self.place(of: affine.weight)
    if place >= 0 { parameters[place].inputs = affine.inputs }
    let before = scan[operation.inputs[0]]
    if !before.isMade { return inputTable.observe(operation.inputs[0], readBy: operation.layer, tape) }
    guard before.isAffine else { return }
    senseTable.add(
      .affineChain, operation.layer, parameter: place, tape, Float(affine.inputs), Float(before.inputs),
      Float(affine.outputs))
  }

  private func place(of parameter: ParameterHandle) -> Int {
    for i in gradients.parameters.indices where gradients.parameters[i].handle == parameter { return i }
    return -1
  }

  /// What an operation told, but for affine maps.
  mutating func note(
    _ sense: OperationSense, of operation: RecordedOperation, _ origin: TapeScan.Origin, isFused: Bool,
    _ seen: inout StepSenses, _ tape: borrowing Tape
  ) {
    let layer = origin.layer
    switch sense {
    case .none, .affine: break
    case .labels(let labels, let classes, let isSum):
      lossFigures.add(labels: labels, classes: classes, isSum: isSum, ignoring: -100)
      seen.labels = labels
      if operation.inputs.count > 0, !isFused, tape.shape(of: operation.inputs[0]).width == classes {
        lossFigures.look(at: tape.values(of: operation.inputs[0]), width: classes)
        noteScale(ofLogits: operation.inputs[0], seen, tape)
      }
      seen.loss = operation.outputs.count > 0 ? operation.outputs[0] : nil
      if !isFused { noteFunction(before: operation, reached: -1, Float(classes), tape) }
    case .rowLosses(let losses): lossFigures.add(rowLosses: losses)
    case .targets(let targets, let width, let isSum, let error):
      lossFigures.add(targets: targets, isSum: isSum)
      lossFigures.isSquared = width == 1 && error == .square
      if width == 1 { seen.targets = targets }
      seen.loss = operation.outputs.count > 0 ? operation.outputs[0] : nil
      noteFunction(
        before: operation, reached: error == .logit ? -1 : 0, error == .logit ? 1 : 0, tape, targets)
    case .rows(let ids, let table, let padding):
      senseTable.add(
        .lookup, layer, parameter: place(of: table), tape, largestShare(of: ids, but: padding),
        Float(ids.count),
        Float(tape.shape(of: table).rows))
      if seen.ids == nil { seen.ids = ids }
    case .dropout(let probability): senseTable.add(.dropout, layer, tape, probability)
    case .normalization(let inverses, let epsilon, let gain):
      var near = 0
      let limit = 0.5 / epsilon.squareRoot()
      for i in 0..<inverses.count where inverses[i] > limit { near += 1 }
      let place = gain.map { self.place(of: $0) } ?? -1
      var size: Float = -1
      if let gain { size = ParameterFlow(tape.engine.statistics(tape.values(of: gain))).rootMeanSquare }
      senseTable.add(
        .normalization, layer, parameter: place, tape, Float(near) / Float(max(inverses.count, 1)), size)
    case .attention(let entropy, let largest): senseTable.add(.attention, layer, tape, entropy, largest)
    case .triplets(let margin, let active, _, let negative, let reach):
      senseTable.add(.triplets, layer, tape, margin, active, negative, reach)
    case .temperature(let temperature, let spread):
      senseTable.add(.temperature, layer, tape, temperature, spread)
    case .sequences(let hasInitial, let beginsFromZeros, let longest):
      senseTable.add(
        .sequences, layer, tape, hasInitial ? 1 : 0, beginsFromZeros ? 1 : 0, Float(longest))
      seen.longest = max(seen.longest, longest)
    }
  }

  /// By how much what a loss takes for logits is smaller than what the last map gives, if something other than a function that can lose its
  /// slope is between them.
  private mutating func noteScale(
    ofLogits logits: Tensor, _ seen: StepSenses, _ tape: borrowing Tape
  ) {
    guard let output = seen.lastOutput, output != logits, scan[logits].function == nil else { return }
    let (given, made) = (tape.values(of: logits), tape.values(of: output))
    guard given.count == made.count, given.count > 0 else { return }
    let count = min(given.count, 256)
    let size = ParameterFlow(tape.engine.statistics(given[0..<count])).rootMeanSquare
    let before = ParameterFlow(tape.engine.statistics(made[0..<count])).rootMeanSquare
    guard before > 1e-4, size.isFinite else { return }
    senseTable.add(.logitScale, seen.lastMap, tape, -size / before, size)
  }

  /// A function that bounds what a loss takes: how many of the targets are beyond it, if the loss has targets.
  private mutating func noteFunction(
    before operation: RecordedOperation, reached: Float, _ classes: Float, _ tape: borrowing Tape,
    _ targets: Floats? = nil
  ) {
    guard operation.inputs.count > 0 else { return }
    let origin = scan[operation.inputs[0]]
    guard let function = origin.function else { return }
    var share = reached
    if let targets, reached >= 0 {
      let (low, high): (Float, Float) = (
        function == .tanh ? -1.05 : -0.05, function == .relu ? .infinity : 1.05
      )
      let stride = max(targets.count / 256, 1)
      var (beyond, all, i) = (0, 0, 0)
      while i < targets.count {
        if targets[i] < low || targets[i] > high { beyond += 1 }
        (all, i) = (all + 1, i + stride)
      }
      share = Float(beyond) / Float(max(all, 1))
    }
    senseTable.add(
      .outputFunction, origin.layer, tape, function == .tanh ? 1 : function == .sigmoid ? 2 : 3, share,
      classes)
  }

  /// Looks at what comes in and at what the loss says of its rows, at a step of which nothing else is looked at: they are among the
  /// first and the last operations.
  mutating func lookAtEnds(_ tape: borrowing Tape) {
    let count = tape.operationCount
    for i in 0..<min(count, 3) {
      let operation = tape.operation(i)
      guard operation.inputs.count > 0, tape.senses(i).affine != nil,
        tape.comesIn(operation.inputs[0], before: i)
      else {
        continue
      }
      inputTable.observe(operation.inputs[0], readBy: operation.layer, atMost: 8, tape)
    }
    for i in max(count - 4, 0)..<count {
      let told = tape.senses(i)
      if case .labels(let labels, let classes, _) = told.first {
        lossFigures.add(labels: labels, classes: classes, isSum: lossFigures.isSum, ignoring: -100)
      }
      if case .rowLosses(let losses) = told.second { lossFigures.add(rowLosses: losses) }
      if case .targets(let targets, _, let isSum, _) = told.first {
        lossFigures.add(targets: targets, isSum: isSum)
      }
    }
  }

  /// What can be said once all operations were seen.
  mutating func finish(_ seen: StepSenses, _ tape: borrowing Tape, _ value: Float) {
    if seen.drops >= 2 {
      senseTable.add(.dropoutWay, seen.lastMap, tape, 1 - seen.survival, Float(seen.drops))
    }
    if let loss = seen.loss {
      let own = tape.shape(of: loss).count == 1 ? tape.scalar(loss) : .nan
      // A loss that is divided later is a mean in the end.
      lossFigures.isRoot = !scan[loss].isRead && abs(own - value) <= 1e-4 * abs(value) + 1e-6
      if scan[loss].isRead { lossFigures.isSum = false }
    }
    if let input = seen.input {
      if let labels = seen.labels {
        inputTable.compare(input, with: labels, classes: lossFigures.classes, tape)
      } else if let targets = seen.targets {
        inputTable.compare(input, with: targets, tape)
      }
    }
    if let ids = seen.ids, let labels = seen.labels {
      lossFigures.follow(ids: ids, labels: labels, longest: seen.longest, step: stepCount)
    } else {
      lossFigures.continuesText = nil
    }
  }
}
