import SluiceCore
import SluiceFlow
import SluiceStorage

/// All that a report shows, as a value for JSON: for programs that go on from it.
struct ReportFigures: Encodable {
  /// One run.
  struct Run: Encodable {
    let run: String
    let job: String?
    /// The members of `run.json` that every job has.
    let description: [String: JSONTree]
    let examination: Examination?
    let findings: [Finding]
    /// The figures of steps by their names; those of a long history are thinned as on the page.
    let steps: [Step]
    let epochs: [Epoch]
  }

  struct Finding: Encodable {
    let step, firstStep: Int
    let endStep: Int?
    let name, place: String
    let severity: Severity
    /// Which of the findings it follows from, by its place among them; nil for a cause.
    let cause: Int?
    let evidence, hint: String
  }

  struct Step: Encodable {
    let step: Int
    let loss, accuracy, learningRate, gradientNorm: Double?
    /// Where examples have any number of labels.
    let microF1: Double?
  }

  struct Epoch: Encodable {
    let step: Int
    let figures: [String: Double]
  }

  let format = RunDirectory.reportFormat
  let runs: [Run]

  init(_ histories: [RunHistory]) {
    runs = histories.map { history in
      Run(
        run: history.name, job: history.facts.job,
        description: Dictionary(
          history.facts.members.map { ($0.key, JSONTree(value: $0.value)) },
          uniquingKeysWith: { first, _ in first }),
        examination: history.facts.examination,
        findings: history.findings.map {
          Finding(
            step: $0.reportedStep, firstStep: $0.firstStep, endStep: $0.endStep, name: $0.name,
            place: $0.place,
            severity: $0.severity, cause: $0.cause, evidence: $0.evidence, hint: $0.hint)
        },
        steps: history.steps.elements.map {
          Step(
            step: $0.step, loss: $0.loss, accuracy: $0.accuracy, learningRate: $0.rate, gradientNorm: $0.norm,
            microF1: $0.microF1)
        }, epochs: history.epochs.elements.map { Epoch(step: $0.step, figures: $0.figures) })
    }
  }
}

/// A JSON value as it was read, to be written again.
struct JSONTree: Encodable {
  let value: JSONValue

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    switch value {
    case .object(let object):
      var container = encoder.container(keyedBy: Key.self)
      for member in object.members {
        try container.encode(JSONTree(value: member.value), forKey: Key(stringValue: member.key))
      }
    case .array(let elements):
      var container = encoder.unkeyedContainer()
      for element in elements { try container.encode(JSONTree(value: element)) }
    default:
      var container = encoder.singleValueContainer()
      switch value {
      case .bool(let value): try container.encode(value)
      case .integer(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      case .string(let value): try container.encode(value)
      default: try container.encodeNil()
      }
    }
  }
}
