import AllocationCounter
import Foundation

/// Counts allocations of the process around a piece of work.
enum AllocationWindow {
  /// Whether allocations are counted on this system.
  static var counts: Bool { sluice_allocation_count() >= 0 }

  /// The fewest allocations of several runs of `work`, up to the first with `enough` or fewer.
  ///
  /// Other tests of the same process allocate at the same time, but not in every window, so the windows go on
  /// for some seconds, with pauses in between.
  static func fewest(enough: Int = 0, _ work: () -> Void) -> Int {
    var fewest = Int.max
    for window in 0..<400 {
      let before = sluice_allocation_count()
      work()
      fewest = min(fewest, sluice_allocation_count() - before)
      if fewest <= enough { break }
      if window >= 20 { usleep(10_000) }
    }
    return fewest
  }
}
