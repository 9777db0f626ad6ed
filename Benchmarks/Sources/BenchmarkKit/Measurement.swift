import AllocationCount
import Sluice

/// How long and how often to measure.
public struct Effort: Sendable {
  /// Seconds of steps before the first sample.
  public var warmUpSeconds = 0.2
  /// Seconds of samples.
  public var seconds = 1.0
  /// Samples taken at least, whatever the time.
  public var minimumSamples = 20
  /// Samples taken at most.
  public var maximumSamples = 20_000
  /// A sample repeats a step that is shorter, so that reading the clock is no part of the result.
  public var sampleSeconds = 50e-6

  /// Every step once: a check that all of them run.
  public static let quick = Effort(
    warmUpSeconds: 0, seconds: 0, minimumSamples: 1, maximumSamples: 1, sampleSeconds: 0)

  public init(
    warmUpSeconds: Double = 0.2, seconds: Double = 1, minimumSamples: Int = 20,
    maximumSamples: Int = 20_000, sampleSeconds: Double = 50e-6
  ) {
    self.warmUpSeconds = warmUpSeconds
    self.seconds = seconds
    self.minimumSamples = minimumSamples
    self.maximumSamples = maximumSamples
    self.sampleSeconds = sampleSeconds
  }
}

/// What was measured of one benchmark. Times are seconds a step.
public struct Measurement: Sendable {
  public let name: String
  public let work: Work
  public let samples: Int
  /// Steps in one sample.
  public let repetitions: Int
  public let median: Double
  public let minimum: Double
  /// The tenth and the ninetieth percentile of the samples.
  public let spread: (low: Double, high: Double)
  /// Calls of `malloc` and its kin by any thread, or nil where they are not counted.
  public let allocationsPerStep: Double?
}

extension Benchmark {
  /// Sets up, warms up and times the steps.
  public func measured(on engine: Engine, effort: Effort) throws -> Measurement {
    let setting = Setting(engine: engine)
    defer { withExtendedLifetime(setting) {} }
    let step = try setup(setting)
    let clock = ContinuousClock()
    var number = 0

    // Batches of several sizes come in turn, so one step alone says little about the mean.
    var warmUpSteps = 0
    let started = clock.now
    while warmUpSteps == 0 || seconds(started.duration(to: clock.now)) < effort.warmUpSeconds {
      if warmUpSteps > 0 || effort.warmUpSeconds > 0 { step(number) }
      number += 1
      warmUpSteps += 1
    }
    let estimate = max(seconds(started.duration(to: clock.now)) / Double(warmUpSteps), 1e-9)
    let repetitions =
      effort.sampleSeconds > 0 ? max(1, Int((effort.sampleSeconds / estimate).rounded(.up))) : 1

    // One slot for each sample is there before the first: the harness must not be seen by the counter.
    var times = [Double]()
    times.reserveCapacity(effort.maximumSamples)
    let allocationsBefore = sluice_allocation_count()
    let samplingStarted = clock.now
    while times.count < effort.maximumSamples {
      let before = clock.now
      for _ in 0..<repetitions {
        step(number)
        number += 1
      }
      let after = clock.now
      times.append(seconds(before.duration(to: after)) / Double(repetitions))
      if times.count >= effort.minimumSamples
        && seconds(samplingStarted.duration(to: after)) >= effort.seconds
      {
        break
      }
    }
    let allocations = sluice_allocation_count() - allocationsBefore

    times.sort()
    return Measurement(
      name: name, work: work, samples: times.count, repetitions: repetitions,
      median: percentile(0.5, of: times), minimum: times[0],
      spread: (percentile(0.1, of: times), percentile(0.9, of: times)),
      allocationsPerStep: allocationsBefore < 0
        ? nil : Double(allocations) / Double(times.count * repetitions))
  }
}

/// A duration in seconds.
func seconds(_ duration: Duration) -> Double {
  let (whole, attoseconds) = duration.components
  return Double(whole) + Double(attoseconds) * 1e-18
}

/// The value below which this share of the sorted samples lies, interpolated between neighbors.
func percentile(_ share: Double, of sorted: [Double]) -> Double {
  let place = share * Double(sorted.count - 1)
  let below = Int(place)
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
}
