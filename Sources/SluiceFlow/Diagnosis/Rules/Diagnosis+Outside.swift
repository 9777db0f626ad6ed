import SluiceCore

/// Findings that no observation makes: what is known of the data before the first step, or of a training as it ends.
extension FlowMonitor {
  /// Reports what was found without figures of a step. It is put under what explains it, or becomes a cause itself; it does not end.
  ///
  /// What holds already, at the same place or since this very step, is not reported again.
  ///
  /// - Parameters:
  ///   - evidence: the figures that show it, without a full stop.
  ///   - hint: what to try, where more can be said than the ailment does.
  public mutating func report(
    _ ailment: Ailment, place: String = "", evidence: String, hint: String? = nil, remedy: Remedy? = nil
  ) {
    diagnosis.report(
      ailment, Claim(place: place, evidence: evidence, hint: hint, remedy: remedy), step: stepCount)
  }
}

extension Diagnosis {
  mutating func report(_ ailment: Ailment, _ claim: Claim, step: Int) {
    let isKnown = findings.contains {
      $0.ailment == ailment && $0.endStep == nil && ($0.place == claim.place || $0.reportedStep == step)
    }
    guard !isKnown else { return }
    let cause = findings.indices.filter { i in
      findings[i].cause == nil && findings[i].ailment.explains(ailment)
    }.min { findings[$0].ailment.stage < findings[$1].ailment.stage }
    var state = Hysteresis()
    state.since = step
    begin(ailment, &state, step, claim, cause: cause)
  }
}
