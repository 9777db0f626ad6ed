import SluiceCore

/// One line of the result of a recipe.
public struct RecipeLine: Sendable, Codable, Equatable {
  /// How a check ended.
  public enum Outcome: String, Sendable, Codable {
    /// What was checked holds.
    case pass
    /// It may be meant, and should be looked at.
    case warn
    /// It does not hold.
    case fail
  }

  /// What was checked, such as `loss at the start`.
  public let name: String
  /// How the check ended; a hint belongs only to `warn` and `fail`.
  public let outcome: Outcome
  /// The figures.
  public let detail: String
  /// What to try; empty where it passed.
  public let hint: String
  /// Figures too many for a line.
  public let series: [RecipeSeries]

  /// A line; the hint is kept where something is to be done.
  public init(
    _ name: String, _ outcome: Outcome, _ detail: String, hint: String = "", series: [RecipeSeries] = []
  ) {
    self.name = name
    self.outcome = outcome
    self.detail = detail
    self.hint = outcome == .pass ? "" : hint
    self.series = series
  }
}

/// Names in a line for people: each cut where it is long.
func named(_ names: [String]) -> String {
  names.map { ScreenText.cut($0, to: 80) }.joined(separator: ", ")
}

/// Figures by the name of what they are of.
public struct RecipeSeries: Sendable, Codable, Equatable {
  /// What the figures are of, such as `bias to set`.
  public let name: String
  /// Finite figures; what is not finite is left out, as JSON cannot hold it.
  public let values: [Float]

  /// Figures, less those that are not finite.
  public init(_ name: String, _ values: [Float]) {
    self.name = name
    self.values = values.filter(\.isFinite)
  }
}
