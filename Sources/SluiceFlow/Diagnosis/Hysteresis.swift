/// How strongly something shows.
enum Level: Int, Comparable, Sendable {
  /// Not at all.
  case none
  /// It may well do no harm; it is said where it explains something that does.
  case suspected
  /// It is said by itself, once it has shown for long enough.
  case alarming

  static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
}

/// Counts for how many observations in a row something showed, and decides when it begins and when it ends.
struct Hysteresis: Sendable {
  /// The observations in a row at which it was suspected or more, and at which it was alarming.
  var held = 0
  var alarmed = 0
  var failed = 0
  /// The step at which it first showed.
  var since = 0
  /// Where in the findings it is, while it is reported.
  var finding: Int?

  enum Change { case none, begins, ends }

  /// Something begins after `patience` observations in a row that alarm, and ends after as many, at least three, without it.
  mutating func add(_ level: Level, step: Int, patience: Int) -> Change {
    guard level > .none else {
      failed += 1
      alarmed = 0
      if finding == nil {
        held = 0
        return .none
      }
      guard failed >= max(patience, 3) else { return .none }
      held = 0
      return .ends
    }
    if held == 0 { since = step }
    held += 1
    failed = 0
    alarmed = level == .alarming ? alarmed + 1 : 0
    return alarmed >= patience && finding == nil ? .begins : .none
  }
}
