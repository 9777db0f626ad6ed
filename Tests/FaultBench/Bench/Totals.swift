import Sluice

/// What the runs of faults say together.
struct FaultTotals: Sendable {
  var runs = 0
  var named = 0
  var namedFirst = 0
  var rightPlaces = 0
  var roots = 0
  var rightRoots = 0
  /// Causes told beyond the first, of all runs.
  var otherLines = 0
  var mostOtherLines = 0
  var silent = 0
  var delays: [Int] = []
  var harmless: [String] = []
  var unhealthyTwins: [String] = []

  init(_ results: [FaultResult]) {
    for result in results {
      runs += 1
      named += result.isNamed ? 1 : 0
      namedFirst += result.isNamedFirst ? 1 : 0
      rightPlaces += result.isPlaceRight ? 1 : 0
      roots += result.roots.count
      rightRoots += result.rightRoots
      otherLines += max(result.roots.count - 1, 0)
      mostOtherLines = max(mostOtherLines, result.roots.count - 1)
      silent += result.isSilent ? 1 : 0
      if let delay = result.delay { delays.append(delay) }
      let name = "\(result.fault.name), seed \(result.seed)"
      if !result.doesHarm { harmless.append(name) }
      if !result.isTwinHealthy { unhealthyTwins.append(name) }
    }
  }

  var recall: Double { Double(named) / Double(max(runs, 1)) }
  var firstIsCause: Double { Double(namedFirst) / Double(max(runs, 1)) }
  var rightPlace: Double { Double(rightPlaces) / Double(max(named, 1)) }
  var precision: Double { Double(rightRoots) / Double(max(roots, 1)) }
  var linesAboveTheFold: Double { Double(otherLines) / Double(max(runs, 1)) }
  var medianDelay: Int? { delays.isEmpty ? nil : delays.sorted()[delays.count / 2] }

  var lines: [String] {
    [
      "runs                          \(runs)",
      "cause named (recall)          \(percent(recall))  \(named) of \(runs)",
      "first line is the cause       \(percent(firstIsCause))  \(namedFirst) of \(runs)",
      "right place, of those named   \(percent(rightPlace))  \(rightPlaces) of \(named)",
      "precision of causes told      \(percent(precision))  \(rightRoots) of \(roots)",
      "other causes beside the first \(fixed(linesAboveTheFold, 2)) a run, at most \(max(mostOtherLines, 0))",
      "median delay                  \(medianDelay.map { "\($0) steps" } ?? "-")",
      "silent runs                   \(silent)",
    ]
  }
}

extension FaultTotals {
  /// Two lines of what was kept aside: of sorts that are known from other data, and of those that are not.
  static func linesOfHeld(_ results: [FaultResult]) -> [String] {
    let held = results.filter { $0.fault.kind.half == .held }
    return [true, false].compactMap { isKnown in
      let some = FaultTotals(held.filter { $0.fault.kind.isKnown == isKnown })
      guard some.runs > 0 else { return nil }
      return (isKnown ? "held, sorts known elsewhere   " : "held, sorts that are new       ")
        + "named \(percent(some.recall))  \(some.named) of \(some.runs), first \(percent(some.firstIsCause))"
    }
  }
}

func percent(_ share: Double) -> String { padded(fixed(100 * share, 1), 5) + " %" }

func fixed(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite else { return "\(value)" }
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let whole = Int((value.magnitude * scale).rounded())
  let sign = value < 0 && whole > 0 ? "-" : ""
  guard digits > 0 else { return sign + "\(whole)" }
  let fraction = "\(whole % Int(scale))"
  return sign + "\(whole / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
}

func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(width - text.count, 0)) + text
}
