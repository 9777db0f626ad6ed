import SluiceCore

/// Something wrong with a training: what, where, since when, how one can tell, what to try.
public struct Finding: Sendable, Equatable, CustomStringConvertible {
  /// What is wrong; its rule and threshold are in the table of `Diagnosis`.
  public let ailment: Ailment
  /// The parameter, layer or operation; empty for the whole training.
  public let place: String
  /// The first step at which it showed.
  public let firstStep: Int
  /// The step at which it had shown for long enough to be reported.
  public let reportedStep: Int
  /// The step at which it had gone for long enough; nil while it holds.
  public internal(set) var endStep: Int?
  /// The figures that show it.
  public let evidence: String
  /// What to try, with a number where the figures give one.
  public let hint: String
  /// The same as a value, where it is one change.
  public let remedy: Remedy?
  /// Which of the diagnosis's findings explains this one; nil for a cause.
  public internal(set) var cause: Int?

  /// All of it in one line: what, where, since and until when, the evidence, what to try.
  public var description: String {
    let end = endStep.map { ", until step \($0)" } ?? ""
    let shown = ScreenText.cut(evidence, to: 400)
    return "\(ailment.rawValue)\(shownPlace) since step \(firstStep)\(end): \(shown). \(hint)"
  }

  /// ` at 'the place'` for a message, or nothing for the whole training.
  var shownPlace: String { place.isEmpty ? "" : " at \(ScreenText.quoted(place))" }
}
