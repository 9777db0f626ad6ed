import PeakLoops
import Sluice

/// What the machine does at best, measured in the same run as everything else.
public struct Peaks: Sendable {
  /// Floating-point operations a second of one thread, and of all threads of the engine.
  public let flopsOfOne: Double
  public let flops: Double
  /// Bytes a second of a sweep `a += s * b` through memory, by all threads of the engine. Work on less
  /// memory than the last cache holds can exceed it.
  public let bandwidth: Double

  /// Measures for two or three seconds, in short pieces of which the quickest counts, and holds 256 MiB
  /// meanwhile.
  public init(engine: Engine) {
    let rounds = 1_000_000
    let (loop, lanes) = Self.loop(for: engine.kernels.instructionSet)
    let flopsOfPart = Double(rounds * Int(SLUICE_PEAK_ACCUMULATORS) * lanes * 2)
    func best(parts: Int) -> Double {
      let task = ArithmeticTask(loop: loop, rounds: rounds)
      let time = shortestTime {
        engine.workers.run(parts, task) { task, _ in blackHole(task.loop(task.rounds)) }
      }
      return flopsOfPart * Double(parts) / time
    }
    flopsOfOne = best(parts: 1)
    flops = max(flopsOfOne, engine.workers.count > 1 ? best(parts: engine.workers.count) : 0)

    let count = 32 << 20
    let setting = Setting(engine: engine)
    let task = SweepTask(a: setting.floats(count), b: setting.floats(count), parts: engine.workers.count)
    task.a.fill(1)
    task.b.fill(2)
    let time = shortestTime { engine.workers.run(task.parts, task) { task, part in task.run(part) } }
    withExtendedLifetime(setting) {}
    bandwidth = Double(count) * 3 * 4 / time
  }

  private static func loop(for set: InstructionSet) -> (@Sendable (Int) -> Float, lanes: Int) {
    switch set {
    case .baseline: ({ sluice_peak_baseline($0) }, 4)
    case .avx2: ({ sluice_peak_avx2($0) }, 8)
    case .avx512: ({ sluice_peak_avx512($0) }, 16)
    }
  }
}

private struct ArithmeticTask: Sendable {
  let loop: @Sendable (Int) -> Float
  let rounds: Int
}

private struct SweepTask: Sendable {
  let a: Floats
  let b: Floats
  let parts: Int

  func run(_ part: Int) {
    let range = a.count * part / parts..<a.count * (part + 1) / parts
    // The views are of equal count and checked for the range just above.
    unsafe sluice_peak_sweep(a[range].pointer, b[range].source, 1e-3, range.count)
  }
}

/// The shortest time among calls that go on for the better part of a second: on a machine with other work,
/// all threads of one call have to be lucky together.
private func shortestTime(of body: () -> Void) -> Double {
  let clock = ContinuousClock()
  let started = clock.now
  var shortest = Double.infinity
  repeat {
    shortest = min(shortest, seconds(clock.measure(body)))
  } while seconds(started.duration(to: clock.now)) < 0.8
  return shortest
}
