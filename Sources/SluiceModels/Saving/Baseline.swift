import SluiceCore

/// What a simple method reaches on the very examples that a model is measured on: what a training has to beat to be worth its while.
///
/// The list of a run stands in its description, `run.json`, as `baselines`.
public struct Baseline: Codable, Equatable, Sendable {
  /// What both are measured on.
  public enum Part: String, Codable, CaseIterable, Sendable {
    /// The part by which the best model is chosen.
    case validation
    /// The part that the best model is measured on after the training.
    case test
  }

  /// The method, such as `Kneser-Ney trigram`.
  public var name: String
  /// What is measured, as people call it: `perplexity`, `macro F1`.
  public var figure: String
  /// The figure.
  public var value: Double
  /// What it was measured on.
  public var part: Part
  /// Whether less is better, as of a perplexity.
  public var isLowerBetter: Bool
  /// What has to be known of how it was made, to follow in brackets; nil for nothing.
  public var note: String?

  /// A baseline by its parts.
  public init(
    name: String, figure: String, value: Double, part: Part = .validation, isLowerBetter: Bool,
    note: String? = nil
  ) {
    self.name = name
    self.figure = figure
    self.value = value
    self.part = part
    self.isLowerBetter = isLowerBetter
    self.note = note
  }

  /// Whether a model with this figure is better.
  public func isBeaten(by model: Double) -> Bool { isLowerBetter ? model < value : model > value }

  /// Name, part and figure in a few words, such as `Kneser-Ney trigram: validation perplexity 203.37`.
  public var text: String {
    "\(name): \(part.rawValue) \(figure) \(valueText)" + (note.map { " (\($0))" } ?? "")
  }

  /// The value as people read it: a share of at most 1 that is the better the higher as a percentage.
  public var valueText: String {
    !isLowerBetter && (0...1).contains(value) ? percent(value) : fixed(value, 2)
  }
}

/// What a run's description says of baselines, whatever its job.
public struct RunBaselines: Decodable, Sendable {
  /// Of both parts, in the order in which they were measured; none for a job without any.
  public var baselines: [Baseline]

  private enum CodingKeys: String, CodingKey { case baselines }

  /// Reads the baselines of a description; none where it says nothing of them.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    baselines = try values.decodeIfPresent([Baseline].self, forKey: .baselines) ?? []
  }
}
