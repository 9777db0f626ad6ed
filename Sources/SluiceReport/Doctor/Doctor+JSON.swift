import SluiceFlow
import SluiceStorage

extension Doctor {
  /// The verdict as JSON: `state`, all `findings` with the ids of their causes, the ids of the `causes` in order and, with a baseline, the
  /// `comparison`.
  public var json: String {
    let document = Document(
      run: run, state: state.rawValue, causes: verdict.causes.map(\.id),
      findings: findings.enumerated().map { Document.Found($0, $1) },
      comparison: comparisonLines.map { lines in
        Document.Comparison(isWorse: isWorse, worseSince: worseSince, lines: lines)
      }, notes: notes)
    // Texts and whole numbers, and numbers that are finite: there is nothing in it that JSON cannot hold.
    return (try? JSONFile.text(of: document, for: run)) ?? "{}"
  }

  private struct Document: Encodable {
    let run: String
    let state: String
    let causes: [Int]
    let findings: [Found]
    let comparison: Comparison?
    let notes: [String]

    struct Comparison: Encodable {
      let isWorse: Bool
      let worseSince: Int?
      let lines: [String]
    }

    struct Found: Encodable {
      let id: Int
      let name: String
      let severity: String
      let place: String
      let firstStep: Int
      let step: Int
      let endStep: Int?
      let evidence: String
      let hint: String
      let cause: Int?
      let remedy: Remedy?

      struct Remedy: Encodable {
        let name: String
        let number: Float?
        let place: String?
      }

      init(_ id: Int, _ finding: Finding) {
        self.id = id
        name = finding.name
        severity = finding.severity.rawValue
        place = finding.place
        firstStep = finding.firstStep
        step = finding.reportedStep
        endStep = finding.endStep
        evidence = finding.evidence
        hint = finding.hint
        cause = finding.cause
        remedy = finding.remedy.map { remedy in
          Remedy(
            name: remedy.name, number: remedy.number.flatMap { $0.isFinite ? $0 : nil },
            place: remedy.place.isEmpty ? nil : remedy.place)
        }
      }
    }
  }
}
