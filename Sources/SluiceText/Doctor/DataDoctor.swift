import SluiceCore

/// A look at data before anything is trained on them: what is wrong with them, how often, where, and what to do about it.
///
/// ```swift
/// let doctor = try DataDoctor(examining: "messages.tsv")
/// print(doctor.text)
/// ```
///
/// A training refuses data that it cannot use at the first line that is wrong; this reads such data too, as long as every line has a label and a
/// text, and says all of it.
public struct DataDoctor: Sendable {
  /// What was found, the most serious first.
  public let findings: [DataFinding]
  /// How many texts, words or sentences there are, in a few words.
  public let summary: String

  /// Whether nothing can be trained on the data.
  public var hasFault: Bool { findings.contains { $0.severity == .fault } }

  /// All of it, a line for each finding.
  public var text: String {
    ([summary] + (findings.isEmpty ? ["nothing is wrong with the data"] : findings.map(\.text)))
      .joined(separator: "\n")
  }

  /// - Parameter findings: in any order; of equally serious ones the order stays.
  init(_ summary: String, _ findings: [DataFinding]) {
    self.summary = summary
    self.findings = findings.enumerated().sorted { a, b in
      (b.element.severity, a.offset) < (a.element.severity, b.offset)
    }.map(\.element)
  }

  /// The columns of an example that are shown.
  static let exampleLimit = 60

  static func excerpt(_ text: String) -> String { ScreenText.quoted(text, limit: exampleLimit) }

  /// Lengths above this are long: eight times what nine tenths do not exceed, and at least 500.
  static func longLength(_ lengths: TextStatistics.Lengths) -> Int { max(8 * lengths.percentile90, 500) }

  /// The finding of characters that only the validation part has.
  ///
  /// - Parameter texts: the texts of the validation part, with the line of each.
  static func unseenCharacters(
    _ alphabet: Alphabet, in texts: [(line: Int?, scalars: [UInt32])]
  ) -> DataFinding? {
    let known = Set(alphabet.scalars)
    var unseen: [UInt32: Int] = [:]
    var (first, total): ((line: Int?, scalar: UInt32)?, Int) = (nil, 0)
    for text in texts {
      for scalar in text.scalars {
        total += 1
        guard !known.contains(scalar) else { continue }
        unseen[scalar, default: 0] += 1
        if first == nil { first = (text.line, scalar) }
      }
    }
    guard let first, let scalar = Unicode.Scalar(first.scalar) else { return nil }
    let count = unseen.values.reduce(0, +)
    return DataFinding(
      kind: .unseenCharacter, severity: count * 50 > total ? .warning : .note, count: count, total: total,
      line: first.line, example: excerpt(String(scalar)),
      advice:
        "The model takes \(unseen.count == 1 ? "it" : "all \(grouped(unseen.count)) different ones") for an unknown character: "
        + "add texts that have such, or map them to known ones.")
  }
}
