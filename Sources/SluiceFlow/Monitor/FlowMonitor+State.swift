import SluiceCore

/// A monitor saved and put back says of every later step what it would have said without.
extension FlowMonitor: Checkpointed {
  public func write(to state: inout StateWriter) {
    state.write(stepCount)
    state.write(settings.interval)
    state.write(histograms?.isDue == true)
    state.write(part: "loss", loss)
    state.write(part: "gradients", gradients)
    state.write(each: parameters) { $0.write(part: "parameter", $1) }
    state.write(part: "samples", samples)
    state.write(each: touched) { $0.write($1) { $0.write(part: "rows", $1) } }
    state.write(part: "operations", operationTable)
    state.write(part: "times", timeTable)
    state.write(part: "diagnosis", diagnosis)
  }

  public mutating func restore(from state: inout StateReader) throws(StateError) {
    stepCount = try state.readInt()
    interval = max(try state.readInt(), 1)
    if try state.readBool() { requestHistograms() }
    try state.read(part: "loss", into: &loss)
    try state.read(part: "gradients", into: &gradients)
    parameters = try state.readList(parameters.count) { (state: inout StateReader) throws(StateError) in
      var figures = ParameterFigures()
      try state.read(part: "parameter", into: &figures)
      return figures
    }
    try state.read(part: "samples", into: &samples)
    let before = touched
    var i = 0
    touched = try state.readList(touched.count) { (state: inout StateReader) throws(StateError) in
      defer { i += 1 }
      guard try state.readBool() else { return nil }
      guard var rows = before[i] else {
        throw StateError(expected: "a dense parameter in place \(i)", found: "a table")
      }
      try state.read(part: "rows", into: &rows)
      return rows
    }
    try state.read(part: "operations", into: &operationTable)
    try state.read(part: "times", into: &timeTable)
    try state.read(part: "diagnosis", into: &diagnosis)
  }
}

extension LossHistory: Checkpointed {
  public func write(to state: inout StateWriter) {
    state.write(last)
    state.write(count)
    state.write(start)
    state.write(recent)
    state.write(best)
  }

  public mutating func restore(from state: inout StateReader) throws(StateError) {
    last = try state.readFloat()
    count = try state.readInt()
    start = try state.readFloat()
    recent = try state.readFloat()
    best = try state.readFloat()
  }
}

extension GradientFlow: Checkpointed {
  public func write(to state: inout StateWriter) {
    state.write(stepCount)
    state.write(summary.sumOfSquares)
    state.write(summary.nonFiniteCount)
    state.write(each: history) { $0.write(part: "flow", $1) }
    state.write(stepsNearZero)
  }

  public mutating func restore(from state: inout StateReader) throws(StateError) {
    stepCount = try state.readInt()
    summary = GradientSummary(
      sumOfSquares: try state.readDouble(), nonFiniteCount: try state.readInt())
    history = try state.readList(history.count) { (state: inout StateReader) throws(StateError) in
      try state.readFlow()
    }
    stepsNearZero = try state.readInts(stepsNearZero.count)
  }
}

extension ParameterFlow: Checkpointed {
  public func write(to state: inout StateWriter) {
    state.write(meanAbsolute)
    state.write(rootMeanSquare)
    state.write(maximum)
    state.write(zeroShare)
    state.write(Int(nonFiniteCount))
    state.write(Int(elementCount))
  }

  public mutating func restore(from state: inout StateReader) throws(StateError) {
    meanAbsolute = try state.readFloat()
    rootMeanSquare = try state.readFloat()
    maximum = try state.readFloat()
    zeroShare = try state.readFloat()
    nonFiniteCount = Int32(clamping: try state.readInt())
    elementCount = Int32(clamping: try state.readInt())
  }
}

extension StateReader {
  fileprivate mutating func readFlow() throws(StateError) -> ParameterFlow {
    var flow = ParameterFlow()
    try read(part: "flow", into: &flow)
    return flow
  }
}

extension ParameterFigures: Checkpointed {
  public func write(to state: inout StateWriter) {
    for flow in [gradient, weight, update] { state.write(part: "flow", flow) }
    state.write(updateRatio)
    state.write(direction)
    state.write(touchedShare)
    state.write(isTrained)
  }

  public mutating func restore(from state: inout StateReader) throws(StateError) {
    gradient = try state.readFlow()
    weight = try state.readFlow()
    update = try state.readFlow()
    updateRatio = try state.readFloat()
    direction = try state.readFloat()
    touchedShare = try state.readFloat()
    isTrained = try state.readBool()
  }
}

/// Only the gradients noted last are compared with those of a later step; the rest is of one step alone.
extension ParameterSamples: Checkpointed {
  func write(to state: inout StateWriter) {
    state.write(counts)
    state.write(gradientSquares)
    for i in counts.indices where gradientSquares[i] != 0 {
      state.write(Array(gradients[i * size..<i * size + counts[i]]))
    }
  }

  mutating func restore(from state: inout StateReader) throws(StateError) {
    counts = try state.readInts(counts.count)
    gradientSquares = try state.readDoubles(gradientSquares.count)
    for k in gradients.indices { gradients[k] = 0 }
    for i in counts.indices {
      guard (0...size).contains(counts[i]) else {
        throw StateError(expected: "at most \(size) samples", found: "\(counts[i])")
      }
      guard gradientSquares[i] != 0 else { continue }
      let noted = try state.readFloats(counts[i])
      for (k, gradient) in noted.enumerated() { gradients[i * size + k] = gradient }
    }
  }
}

extension EverTouched: Checkpointed {
  func write(to state: inout StateWriter) {
    state.write(count)
    state.write(each: bits) { $0.write($1) }
  }

  mutating func restore(from state: inout StateReader) throws(StateError) {
    count = try state.readInt()
    bits = try state.readList(bits.count) { (state: inout StateReader) throws(StateError) in
      try state.readUInt64()
    }
  }
}

extension OperationTable: Checkpointed {
  func write(to state: inout StateWriter) {
    state.write(each: slots) { state, slot in
      state.write(slot.name)
      state.write(slot.operation)
      state.write(Int(slot.layer.index))
      state.write(slot.runs)
      for value in [slot.mean, slot.deviation, slot.rowDeviation] { state.write(value) }
      state.write(slot.hasSeveralRows)
      state.write(each: slot.activations) { state, activation in
        state.write(activation.name)
        state.write(activation.kind.rawValue)
        state.write(activation.saturatedShare)
        state.write(activation.deadShare)
      }
    }
  }

  mutating func restore(from state: inout StateReader) throws(StateError) {
    slots = try state.readList { (state: inout StateReader) throws(StateError) in
      var slot = OperationFigures(
        name: try state.readText(), operation: try state.readText(), layer: try state.readLayer(),
        kind: nil, activations: [])
      slot.runs = try state.readInt()
      slot.mean = try state.readFloat()
      slot.deviation = try state.readFloat()
      slot.rowDeviation = try state.readFloat()
      slot.hasSeveralRows = try state.readBool()
      slot.activations = try state.readList { (state: inout StateReader) throws(StateError) in
        let name = try state.readText()
        let text = try state.readText()
        guard let kind = ActivationKind(rawValue: text) else {
          throw StateError(expected: "a kind of activation", found: "'\(text)'")
        }
        var activation = ActivationFigures(name: name, kind: kind)
        activation.saturatedShare = try state.readFloat()
        activation.deadShare = try state.readFloat()
        return activation
      }
      return slot
    }
    slots.reserveCapacity(Self.limit)
  }
}

extension StateReader {
  fileprivate mutating func readLayer() throws(StateError) -> LayerHandle {
    LayerHandle(index: UInt32(clamping: try readInt()))
  }
}

extension TimeTable: Checkpointed {
  func write(to state: inout StateWriter) {
    state.write(each: slots) { state, slot in
      state.write(slot.name)
      state.write(Int(slot.layer.index))
      state.write(slot.run)
      state.write(slot.means)
      state.write(slot.binCount)
      state.write(slot.stepsPerBin)
    }
  }

  mutating func restore(from state: inout StateReader) throws(StateError) {
    slots = try state.readList { (state: inout StateReader) throws(StateError) in
      var slot = TimeFigures(
        name: try state.readText(), layer: try state.readLayer(), run: try state.readInt(),
        means: try state.readFloats(TimeFigures.binLimit))
      slot.binCount = min(max(try state.readInt(), 0), TimeFigures.binLimit)
      slot.stepsPerBin = try state.readInt()
      return slot
    }
    slots.reserveCapacity(16)
  }
}
