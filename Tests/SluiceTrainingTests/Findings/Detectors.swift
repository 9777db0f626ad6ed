import Sluice

/// Alarms at some steps, so that tests of what happens to findings depend on no rule.
struct AlarmAtSteps: FlowDetector {
  var name = "as asked for"
  var severity = Severity.warning
  var patience: Int? = 1
  let steps: ClosedRange<Int>

  func judge(_ figures: FlowFigures) -> Detection? {
    guard steps.contains(figures.step) else { return nil }
    return Detection(
      place: figures.names[0], evidence: "step \(figures.step)", hint: "Ask for other steps.",
      remedy: .setDropout(0.5))
  }
}

/// Alarms once it has been asked so many times: what it remembers has to survive a stop.
struct AlarmAfterAsking: FlowDetector {
  let name = "asked often"
  let times: Int
  var asked = 0

  init(times: Int) { self.times = times }

  mutating func judge(_ figures: FlowFigures) -> Detection? {
    asked += 1
    return asked < times ? nil : Detection(evidence: "asked \(asked) times", hint: "Ask less.")
  }

  func write(to state: inout StateWriter) { state.write(asked) }
  mutating func restore(from state: inout StateReader) throws(StateError) { asked = try state.readInt() }
}
