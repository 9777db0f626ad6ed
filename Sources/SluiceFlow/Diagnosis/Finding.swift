import SluiceCore

/// Something wrong with a training: what, where, since when, how one can tell, what to try.
public struct Finding: Sendable, Equatable, CustomStringConvertible {
  /// What is wrong; its rule and threshold are in the table of `Diagnosis`.
  public let ailment: Ailment
  /// What it is called in logs and on the screen: the raw value of the ailment, or the name of a detector of one's own.
  public let name: String
  /// How much it takes from the training.
  public let severity: Severity
  /// The parameter, layer or operation; empty for the whole training.
  public let place: String
  /// The first step at which it showed.
  public let firstStep: Int
  /// The step at which it had shown for long enough to be reported.
  public let reportedStep: Int
  /// The step at which it had gone for long enough; nil while it holds.
  public package(set) var endStep: Int?
  /// The figures that show it.
  public let evidence: String
  /// What to try, with a number where the figures give one.
  public let hint: String
  /// The same as a value, where it is one change.
  public let remedy: Remedy?
  /// Which of the diagnosis's findings explains this one; nil for a cause.
  public package(set) var cause: Int?

  /// A finding by its parts; the name and the severity are those of the ailment unless others are given.
  package init(
    ailment: Ailment, name: String? = nil, severity: Severity? = nil, place: String, firstStep: Int,
    reportedStep: Int,
    endStep: Int? = nil, evidence: String, hint: String, remedy: Remedy? = nil, cause: Int? = nil
  ) {
    self.ailment = ailment
    self.name = name ?? ailment.rawValue
    self.severity = severity ?? ailment.severity
    self.place = place
    self.firstStep = firstStep
    self.reportedStep = reportedStep
    self.endStep = endStep
    self.evidence = evidence
    self.hint = hint
    self.remedy = remedy
    self.cause = cause
  }

  /// All of it in one line: what, where, since and until when, the evidence, what to try.
  public var description: String { "\(headline): \(ScreenText.cut(evidence, to: 400)). \(hint)" }

  /// What, where, since and until when.
  package var headline: String {
    // What was found before the first step has no step since when it holds.
    let start = firstStep > 0 ? " since step \(firstStep)" : ""
    return "\(title)\(start)\(endStep.map { ", until step \($0)" } ?? "")"
  }

  /// What and where.
  package var title: String { name + shownPlace }

  /// ` at 'the place'` for a message, or nothing for the whole training.
  var shownPlace: String { place.isEmpty ? "" : " at \(ScreenText.quoted(place))" }
}
