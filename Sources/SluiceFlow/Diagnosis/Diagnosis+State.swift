import SluiceCore

/// What the rules remember from one observation to the next, and what they have found.
extension Diagnosis: Checkpointed {
  public func write(to state: inout StateWriter) {
    state.write(each: findings) { state, finding in
      state.write(finding.ailment.rawValue)
      state.write(finding.place)
      state.write(finding.firstStep)
      state.write(finding.reportedStep)
      state.write(finding.endStep) { $0.write($1) }
      state.write(finding.evidence)
    }
    // In an order of its own: that of a dictionary differs from process to process.
    state.write(each: states.keys.sorted()) { state, key in
      state.write(key)
      let rule = states[key] ?? Hysteresis()
      for value in [rule.held, rule.failed, rule.since] { state.write(value) }
      state.write(rule.finding) { $0.write($1) }
    }
    state.write(usualNorm)
    state.write(observations)
    state.write(each: everMoved) { $0.write($1) }
    state.write(largestRatio)
    state.write(firstNorm)
    state.write(each: beganAtScale) { $0.write($1.rawValue) }
    state.write(each: deadAtStart.keys.sorted()) { state, key in
      state.write(key)
      state.write(deadAtStart[key] ?? 0)
    }
    state.write(lowest.count)
    state.write(lowest.last)
    state.write(lowest.before)
  }

  public mutating func restore(from state: inout StateReader) throws(StateError) {
    findings = try state.readList { (state: inout StateReader) throws(StateError) in
      let ailment = try state.readAilment()
      let place = try state.readText()
      let (first, reported) = (try state.readInt(), try state.readInt())
      let end = try state.readOptional { (state: inout StateReader) throws(StateError) in
        try state.readInt()
      }
      return Finding(
        ailment: ailment, place: place, firstStep: first, reportedStep: reported, endStep: end,
        evidence: try state.readText(), hint: ailment.hint, remedy: nil, cause: nil)
    }
    states.removeAll(keepingCapacity: true)
    let rules = try state.readList { (state: inout StateReader) throws(StateError) in
      let key = try state.readKey()
      var rule = Hysteresis()
      rule.held = try state.readInt()
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
    }
    usualNorm = try state.readFloat()
    observations = try state.readInt()
    everMoved = try state.readList(everMoved.count) { (state: inout StateReader) throws(StateError) in
      try state.readBool()
    }
    largestRatio = try state.readFloat()
    firstNorm = try state.readFloat()
    beganAtScale = try state.readList(beganAtScale.count) {
      (state: inout StateReader) throws(StateError) in
      WeightScale(rawValue: try state.readInt()) ?? .usual
    }
    deadAtStart.removeAll(keepingCapacity: true)
    let shares = try state.readList { (state: inout StateReader) throws(StateError) in
      (try state.readKey(), try state.readFloat())
    }
    for (key, share) in shares { deadAtStart[key] = share }
    lowest = (try state.readInt(), try state.readFloat(), try state.readFloat())
  }
}

extension Diagnosis.Key: Comparable {
  static func < (a: Self, b: Self) -> Bool {
    (a.ailment.rawValue, a.place, a.part) < (b.ailment.rawValue, b.place, b.part)
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

  fileprivate mutating func readAilment() throws(StateError) -> Ailment {
    let text = try readText()
    guard let ailment = Ailment(rawValue: text) else {
      throw StateError(
        expected: "a finding that this version knows", found: "'\(ScreenText.cut(text, to: 40))'")
    }
    return ailment
  }
}
