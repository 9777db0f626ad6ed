import SluiceCore

extension GradientFlow: Checkpointed {
  /// Writes all that later findings depend on.
  public func write(to state: inout StateWriter) {
    state.write(stepCount)
    state.write(whole.sumOfSquares)
    state.write(whole.nonFiniteCount)
    state.write(isWhole)
    state.write(nonFiniteCount)
    state.write(each: history) { $0.write(part: "flow", $1) }
    state.write(stepsNearZero)
  }

  /// Takes over what `write` wrote; an error leaves it unusable.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    stepCount = try state.readInt()
    whole = GradientSummary(
      sumOfSquares: try state.readDouble(), nonFiniteCount: try state.readInt())
    isWhole = try state.readBool()
    nonFiniteCount = try state.readInt()
    history = try state.readList(history.count) { (state: inout StateReader) throws(StateError) in
      try state.readFlow()
    }
    stepsNearZero = try state.readInts(stepsNearZero.count)
  }
}

extension ParameterFlow: Checkpointed {
  /// Writes all that later findings depend on.
  public func write(to state: inout StateWriter) {
    state.write(meanAbsolute)
    state.write(rootMeanSquare)
    state.write(maximum)
    state.write(zeroShare)
    state.write(Int(nonFiniteCount))
    state.write(Int(elementCount))
  }

  /// Takes over what `write` wrote; an error leaves it unusable.
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
  /// Writes all that later findings depend on.
  public func write(to state: inout StateWriter) {
    for flow in [gradient, weight, update] { state.write(part: "flow", flow) }
    state.write(updateRatio)
    state.write(direction)
    state.write(touchedShare)
    state.write(alignment)
    state.write(isTrained)
    state.write(hasUpdate)
    state.write(hasEqualRows)
    state.write(inputs)
    state.write(settings) { state, settings in
      for value in [settings.rate, settings.momentum, settings.decay, settings.epsilon] { state.write(value) }
      state.write(settings.isAdaptive)
      state.write(settings.isDecoupled)
    }
  }

  /// Takes over what `write` wrote; an error leaves it unusable.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    gradient = try state.readFlow()
    weight = try state.readFlow()
    update = try state.readFlow()
    updateRatio = try state.readFloat()
    direction = try state.readFloat()
    touchedShare = try state.readFloat()
    alignment = try state.readFloat()
    isTrained = try state.readBool()
    hasUpdate = try state.readBool()
    hasEqualRows = try state.readBool()
    inputs = try state.readInt()
    settings = try state.readOptional { (state: inout StateReader) throws(StateError) in
      RuleSettings(
        rate: try state.readFloat(), momentum: try state.readFloat(), decay: try state.readFloat(),
        epsilon: try state.readFloat(), isAdaptive: try state.readBool(), isDecoupled: try state.readBool())
    }
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
