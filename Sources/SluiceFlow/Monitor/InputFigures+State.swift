import SluiceCore

extension InputFigures: Checkpointed {
  /// Writes all that later findings depend on.
  public func write(to state: inout StateWriter) {
    state.write(name)
    state.write(Int(layer.index))
    for value in [width, notFinite, shiftedColumn, observations, alikeCount] { state.write(value) }
    for value in [stuckColumn, stuckCount, Int(bitPattern: UInt(everStill)), tellingColumn, tellingCount] {
      state.write(value)
    }
    state.write(count)
    state.write(means)
    state.write(squares)
    state.write(firstMeans)
    state.write(firstSquares)
    state.write(firstCount)
    state.write(least)
    state.write(largest)
    state.write(zeroShare)
    state.write(shift)
  }

  /// Takes over what `write` wrote; an error leaves it unusable.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    self = InputFigures(
      name: try state.readText(), layer: try state.readLayer(), width: max(try state.readInt(), 0))
    notFinite = try state.readInt()
    shiftedColumn = try state.readInt()
    observations = try state.readInt()
    alikeCount = try state.readInt()
    stuckColumn = min(try state.readInt(), Self.columnLimit - 1)
    stuckCount = try state.readInt()
    everStill = UInt64(UInt(bitPattern: try state.readInt()))
    tellingColumn = try state.readInt()
    tellingCount = try state.readInt()
    count = try state.readDouble()
    means = try state.readDoubles(Self.columnLimit)
    squares = try state.readDoubles(Self.columnLimit)
    firstMeans = try state.readDoubles(Self.columnLimit)
    firstSquares = try state.readDoubles(Self.columnLimit)
    firstCount = try state.readDouble()
    least = try state.readFloats(Self.columnLimit)
    largest = try state.readFloats(Self.columnLimit)
    zeroShare = try state.readFloat()
    shift = try state.readFloat()
  }
}

extension SenseFigures: Checkpointed {
  /// Writes all that later findings depend on.
  public func write(to state: inout StateWriter) {
    state.write(name)
    state.write(kind.rawValue)
    state.write(Int(layer.index))
    state.write(parameter)
    state.write(isNew)
    for value in [a, b, c, d] { state.write(value) }
  }

  /// Takes over what `write` wrote; an error leaves it unusable.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    let (name, number) = (try state.readText(), try state.readInt())
    guard let kind = Kind(rawValue: number) else {
      throw StateError(expected: "figures of a kind that this version knows", found: "kind \(number)")
    }
    self = SenseFigures(name: name, kind: kind, layer: try state.readLayer())
    parameter = try state.readInt()
    isNew = try state.readBool()
    a = try state.readFloat()
    b = try state.readFloat()
    c = try state.readFloat()
    d = try state.readFloat()
  }
}

extension LossFigures: Checkpointed {
  /// Writes all that later findings depend on.
  public func write(to state: inout StateWriter) {
    for value in [classes, rows, ignored, lastCount, lastStep] { state.write(value) }
    for value in [isSum, isRoot, isLanguage, areProbabilities, isSquared, continuesElsewhere] {
      state.write(value)
    }
    state.write(counts)
    for value in [total, purity, batches, targetMean, targetSquares, withinBatches, targetCount] {
      state.write(value)
    }
    for value in [betweenSquares, meanOfMeans, targetLargest] { state.write(value) }
    for value in [upperShare, lowerMean, upperMean, betweenShare, upperSpread] { state.write(value) }
    state.write(lastLabels)
    state.write(continuesText) { $0.write($1) }
  }

  /// Takes over what `write` wrote; an error leaves it unusable.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    classes = try state.readInt()
    rows = try state.readInt()
    ignored = try state.readInt()
    lastCount = try state.readInt()
    lastStep = try state.readInt()
    isSum = try state.readBool()
    isRoot = try state.readBool()
    isLanguage = try state.readBool()
    areProbabilities = try state.readBool()
    isSquared = try state.readBool()
    continuesElsewhere = try state.readBool()
    counts = try state.readDoubles(Self.bins)
    total = try state.readDouble()
    countEntropy()
    purity = try state.readDouble()
    batches = try state.readDouble()
    targetMean = try state.readDouble()
    targetSquares = try state.readDouble()
    withinBatches = try state.readDouble()
    targetCount = try state.readDouble()
    betweenSquares = try state.readDouble()
    meanOfMeans = try state.readDouble()
    targetLargest = try state.readDouble()
    upperShare = try state.readFloat()
    lowerMean = try state.readFloat()
    upperMean = try state.readFloat()
    betweenShare = try state.readFloat()
    upperSpread = try state.readFloat()
    lastLabels = try state.readInt32s(2 * Self.bins)
    continuesText = try state.readOptional { (state: inout StateReader) throws(StateError) in
      try state.readBool()
    }
    guard (0...Self.bins).contains(lastCount) else {
      throw StateError(expected: "at most \(Self.bins) labels", found: "\(lastCount)")
    }
  }
}

extension StateReader {
  /// The elements of a list that is a part of its own.
  mutating func readParts<Element>(
    _ name: String, _ element: (inout StateReader) throws(StateError) -> Element
  ) throws(StateError) -> [Element] {
    var part = try read(part: name)
    let list = try part.readList(nil, element)
    try part.end(of: name)
    return list
  }
}
