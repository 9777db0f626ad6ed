import SluiceCore

/// The rules of one's own: what they say becomes a finding like any other.
extension Diagnosis {
  mutating func add(_ detector: any FlowDetector) {
    expect(
      !detector.name.isEmpty && Ailment(rawValue: detector.name) == nil && (detector.patience ?? 1) > 0,
      "FlowDetector",
      expected: "a name that no finding has already and a patience of at least 1",
      got: "\(ScreenText.quoted(detector.name)) and \(detector.patience ?? 1)")
    detectors.append(detector)
  }

  mutating func judgeOwn(_ seen: Observation) {
    guard !detectors.isEmpty else { return }
    let figures = FlowFigures(names: names, seen)
    for i in detectors.indices {
      let detection = detectors[i].judge(figures)
      note(
        .own, i, detection == nil ? .none : .alarming, step: seen.step, patience: detectors[i].patience
      ) {
        Claim(
          name: $0.detectors[i].name, severity: $0.detectors[i].severity, place: detection?.place ?? "",
          evidence: detection?.evidence ?? "", hint: detection?.hint, remedy: detection?.remedy)
      }
    }
  }

  func writeDetectors(to state: inout StateWriter) {
    state.write(each: detectors.map(\.name)) { $0.write($1) }
    for detector in detectors { state.write(part: detector.name) { detector.write(to: &$0) } }
  }

  mutating func restoreDetectors(from state: inout StateReader) throws(StateError) {
    var inside = try state.read(part: "detectors")
    let names = try inside.readList { (state: inout StateReader) throws(StateError) in try state.readText() }
    guard names == detectors.map(\.name) else {
      func listed(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.map { ScreenText.quoted($0, limit: 40) }.joined(separator: ", ")
      }
      throw StateError(
        expected: "the training's own detectors (\(listed(names)))", found: listed(detectors.map(\.name)))
    }
    for i in detectors.indices {
      var own = try inside.read(part: names[i])
      try detectors[i].restore(from: &own)
      try own.end(of: names[i])
    }
    try inside.end(of: "detectors")
  }
}

extension FlowMonitor {
  /// Asks a detector of one's own, too, from the next observation on.
  ///
  /// - Precondition: its name is not empty and none that the diagnosis has already.
  public mutating func add(_ detector: any FlowDetector) { diagnosis.add(detector) }
}
