import SluiceCore

/// A monitor saved and put back says of every later step what it would have said without.
extension FlowMonitor: Checkpointed {
  /// Writes all that later findings depend on.
  public func write(to state: inout StateWriter) {
    state.write(stepCount)
    state.write(settings.interval) { $0.write($1) }
    for value in [schedule.interval, schedule.seriesEnd, schedule.nextSeries] { state.write(value) }
    state.write(histograms?.isDue == true)
    state.write(part: "loss", loss)
    state.write(part: "gradients", gradients)
    state.write(each: parameters) { $0.write(part: "parameter", $1) }
    state.write(part: "samples", samples)
    state.write(each: touched) { $0.write($1) { $0.write(part: "rows", $1) } }
    state.write(part: "operations", operationTable)
    state.write(part: "times", timeTable)
    state.write(part: "inputs") { state in state.write(each: inputTable.slots) { $0.write(part: "input", $1) }
    }
    state.write(part: "senses") { state in state.write(each: senseTable.slots) { $0.write(part: "sense", $1) }
    }
    state.write(part: "labels", lossFigures)
    state.write(part: "validation", validation)
    for value in [isObserving, awaitsUpdate, isJudged] { state.write(value) }
    if awaitsUpdate {
      state.write(samples.positions)
      state.write(samples.before)
    }
    state.write(update.count)
    state.write(update.scheduleFactor)
    state.write(update.gradientScale)
    state.write(update.isClipping)
    state.write(part: "diagnosis", diagnosis)
  }

  /// Takes over what `write` wrote; an error leaves it unusable.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    stepCount = try state.readInt()
    settings.interval = try state.readOptional { (state: inout StateReader) throws(StateError) in
      max(try state.readInt(), 1)
    }
    schedule = ObservationSchedule(said: settings.interval, interval: max(try state.readInt(), 1))
    schedule.seriesEnd = try state.readInt()
    schedule.nextSeries = try state.readInt()
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
    inputTable.slots = try state.readParts("inputs") { (state: inout StateReader) throws(StateError) in
      var figures = InputFigures(name: "", layer: .none, width: 0)
      try state.read(part: "input", into: &figures)
      return figures
    }
    senseTable.slots = try state.readParts("senses") { (state: inout StateReader) throws(StateError) in
      var figures = SenseFigures(name: "", kind: .dropout, layer: .none)
      try state.read(part: "sense", into: &figures)
      return figures
    }
    try state.read(part: "labels", into: &lossFigures)
    try state.read(part: "validation", into: &validation)
    isObserving = try state.readBool()
    awaitsUpdate = try state.readBool()
    isJudged = try state.readBool()
    if awaitsUpdate {
      samples.positions = try state.readInt32s(samples.positions.count)
      samples.before = try state.readFloats(samples.before.count)
    }
    update.count = try state.readInt()
    update.scheduleFactor = try state.readFloat()
    update.gradientScale = try state.readFloat()
    update.isClipping = try state.readBool()
    try state.read(part: "diagnosis", into: &diagnosis)
  }
}
