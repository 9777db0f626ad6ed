/// How often a training writes what it could go on from after a kill.
public enum CheckpointSchedule: Equatable, Sendable {
  /// After so many seconds at the most.
  case seconds(Double)
  /// After so many steps.
  case steps(Int)
  /// After every epoch.
  case epoch
  /// Only when it is asked to stop.
  case never

  /// The texts that name schedules, where `60s` stands for seconds and `500steps` for steps.
  public static let forms = "SECONDSs, STEPSsteps, epoch, never"

  /// The schedule that a text names, such as `60s` or `500steps`; nil if it names none.
  public init?(_ text: String) {
    switch text {
    case "epoch": self = .epoch
    case "never": self = .never
    default:
      if text.hasSuffix("steps") {
        guard let steps = Int(text.dropLast("steps".count)), steps > 0 else { return nil }
        self = .steps(steps)
      } else if text.hasSuffix("s") {
        guard let seconds = Double(text.dropLast()), seconds > 0, seconds <= 1e9 else { return nil }
        self = .seconds(seconds)
      } else {
        return nil
      }
    }
  }

  /// The text that names it.
  public var text: String {
    switch self {
    case .seconds(let seconds): "\(seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)")s"
    case .steps(let steps): "\(steps)steps"
    case .epoch: "epoch"
    case .never: "never"
    }
  }
}

/// Tells when the next checkpoint is due.
struct CheckpointClock {
  private let schedule: CheckpointSchedule
  private var last = ContinuousClock.now
  private var lastStep = 0

  init(_ schedule: CheckpointSchedule, step: Int = 0) {
    self.schedule = schedule
    lastStep = step
  }

  /// Whether one is due after a step. Allocates nothing.
  func isDue(afterStep step: Int) -> Bool {
    switch schedule {
    case .seconds(let seconds): ContinuousClock.now - last >= .seconds(seconds)
    case .steps(let steps): step - lastStep >= steps
    case .epoch, .never: false
    }
  }

  /// Whether one is due after an epoch: where its end was measured, nothing has to be measured again.
  var isDueAfterEpoch: Bool { schedule == .epoch }

  /// Takes note of one.
  mutating func note(step: Int) {
    last = .now
    lastStep = step
  }
}
