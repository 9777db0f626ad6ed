import SluiceCore

/// What the rules remember from one observation to the next, and what they have found.
extension Diagnosis: Checkpointed {
  /// Writes all that later findings depend on.
  public func write(to state: inout StateWriter) {
    state.write(each: findings) { state, finding in
      state.write(finding.ailment.rawValue)
      state.write(finding.name)
      state.write(finding.severity.rawValue)
      state.write(finding.place)
      state.write(finding.firstStep)
      state.write(finding.reportedStep)
      state.write(finding.endStep) { $0.write($1) }
      state.write(finding.evidence)
      state.write(finding.hint)
      state.write(finding.remedy) { $0.write($1) }
      state.write(finding.cause) { $0.write($1) }
    }
    // In an order of its own: that of a dictionary differs from process to process.
    state.write(each: states.keys.sorted()) { state, key in
      state.write(key)
      let rule = states[key] ?? Hysteresis()
      for value in [rule.held, rule.alarmed, rule.failed, rule.since] { state.write(value) }
      state.write(rule.finding) { $0.write($1) }
    }
    state.write(each: claims.keys.sorted()) { state, key in
      state.write(key)
      let claim = claims[key] ?? Claim(evidence: "")
      state.write(claim.place)
      state.write(claim.evidence)
      state.write(claim.hint) { $0.write($1) }
      state.write(claim.remedy) { $0.write($1) }
    }
    state.write(each: isRecurrent) { $0.write($1) }
    state.write(part: "memory", memory)
    state.write(part: "detectors", writeDetectors(to:))
  }

  /// Takes over what `write` wrote; an error leaves it unusable.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    findings = try state.readList { (state: inout StateReader) throws(StateError) in
      let ailment = try state.readAilment()
      let (name, severity) = (try state.readText(), try state.readSeverity())
      let place = try state.readText()
      let (first, reported) = (try state.readInt(), try state.readInt())
      let end = try state.readOptional { (state: inout StateReader) throws(StateError) in
        try state.readInt()
      }
      let (evidence, hint) = (try state.readText(), try state.readText())
      let remedy = try state.readOptional { (state: inout StateReader) throws(StateError) in
        try state.readRemedy()
      }
      let cause = try state.readOptional { (state: inout StateReader) throws(StateError) in
        try state.readInt()
      }
      return Finding(
        ailment: ailment, name: name, severity: severity, place: place, firstStep: first,
        reportedStep: reported, endStep: end, evidence: evidence,
        hint: hint, remedy: remedy, cause: cause)
    }
    guard findings.allSatisfy({ $0.cause.map(findings.indices.contains) ?? true }) else {
      throw StateError(expected: "causes among \(findings.count) findings", found: "another")
    }
    states.removeAll(keepingCapacity: true)
    stateCounts = Array(repeating: 0, count: stateCounts.count)
    let rules = try state.readList { (state: inout StateReader) throws(StateError) in
      let key = try state.readKey()
      var rule = Hysteresis()
      rule.held = try state.readInt()
      rule.alarmed = try state.readInt()
      rule.failed = try state.readInt()
      rule.since = try state.readInt()
      rule.finding = try state.readOptional { (state: inout StateReader) throws(StateError) in
        try state.readInt()
      }
      return (key, rule)
    }
    for (key, rule) in rules {
      guard rule.finding.map({ findings.indices.contains($0) }) ?? true else {
        throw StateError(expected: "one of \(findings.count) findings", found: "another")
      }
      states[key] = rule
      stateCounts[key.ailment.stage] += 1
    }
    claims.removeAll(keepingCapacity: true)
    let said = try state.readList { (state: inout StateReader) throws(StateError) in
      let key = try state.readKey()
      var claim = Claim(place: try state.readText(), evidence: try state.readText())
      claim.hint = try state.readOptional { (state: inout StateReader) throws(StateError) in
        try state.readText()
      }
      claim.remedy = try state.readOptional { (state: inout StateReader) throws(StateError) in
        try state.readRemedy()
      }
      return (key, claim)
    }
    for (key, claim) in said { claims[key] = claim }
    isRecurrent = try state.readList(isRecurrent.count) { (state: inout StateReader) throws(StateError) in
      try state.readBool()
    }
    try state.read(part: "memory", into: &memory)
    try restoreDetectors(from: &state)
  }
}

extension RuleMemory: Checkpointed {
  func write(to state: inout StateWriter) {
    for value in [observations, addingCount, deadSince, hugePlace, hugeAt] { state.write(value) }
    state.write(addsFromStart)
    state.write(largestRatio)
    for value in [
      usualNorm, earlyNorm, firstNorm, lastNorm, peakFactor, rate, firstRate, peakRate, usualRatio, hugeRatio,
      agreement,
    ] { state.write(value) }
    state.write(each: everMoved) { $0.write($1) }
    for values in [startGains, startSizes, ratios, touchedShares] { state.write(values) }
    state.write(touchedSteps)
    state.write(longest)
    state.write(leastLoss)
    state.write(isWarm)
    state.write(ignorance)
    state.write(firstGrowth)
    state.write(atStart.count)
    for key in atStart.keys.sorted() {
      state.write(key)
      state.write(atStart[key] ?? 0)
    }
  }

  mutating func restore(from state: inout StateReader) throws(StateError) {
    observations = try state.readInt()
    addingCount = try state.readInt()
    deadSince = try state.readInt()
    hugePlace = try state.readInt()
    hugeAt = try state.readInt()
    addsFromStart = try state.readBool()
    largestRatio = try state.readFloat()
    usualNorm = try state.readFloat()
    earlyNorm = try state.readFloat()
    firstNorm = try state.readFloat()
    lastNorm = try state.readFloat()
    peakFactor = try state.readFloat()
    rate = try state.readFloat()
    firstRate = try state.readFloat()
    peakRate = try state.readFloat()
    usualRatio = try state.readFloat()
    hugeRatio = try state.readFloat()
    agreement = try state.readFloat()
    everMoved = try state.readList(everMoved.count) { (state: inout StateReader) throws(StateError) in
      try state.readBool()
    }
    startGains = try state.readFloats(startGains.count)
    startSizes = try state.readFloats(startSizes.count)
    ratios = try state.readFloats(ratios.count)
    touchedShares = try state.readFloats(touchedShares.count)
    touchedSteps = try state.readInts(touchedSteps.count)
    longest = try state.readInt()
    leastLoss = try state.readFloat()
    isWarm = try state.readBool()
    ignorance = try state.readFloat()
    firstGrowth = try state.readFloat()
    atStart.removeAll(keepingCapacity: true)
    for _ in 0..<max(try state.readInt(), 0) {
      let key = try state.readKey()
      atStart[key] = try state.readFloat()
    }
  }
}

extension StateWriter {
  fileprivate mutating func write(_ key: Diagnosis.Key) {
    write(key.ailment.rawValue)
    write(key.place)
    write(key.part)
  }
}

extension StateReader {
  fileprivate mutating func readKey() throws(StateError) -> Diagnosis.Key {
    Diagnosis.Key(ailment: try readAilment(), place: try readInt(), part: try readInt())
  }

  fileprivate mutating func readSeverity() throws(StateError) -> Severity {
    let text = try readText()
    guard let severity = Severity(rawValue: text) else {
      throw StateError(expected: "a severity", found: "'\(ScreenText.cut(text, to: 40))'")
    }
    return severity
  }

  fileprivate mutating func readAilment() throws(StateError) -> Ailment {
    let text = try readText()
    guard let ailment = Ailment(rawValue: text) else {
      throw StateError(
        expected: "a finding that this version knows", found: "'\(ScreenText.cut(text, to: 40))'")
    }
    return ailment
  }
}
