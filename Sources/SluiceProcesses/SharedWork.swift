import SluiceCore

/// Work of many like pieces that processes share out among themselves, such as the batches of a validation. Each does its own pieces, and
/// all get what came of every one, so that they can add it up in one order: whoever did a piece leaves no trace in the sum.
///
/// ```swift
/// var losses = Array(repeating: 0.0, count: batches.count)
/// for i in work.own(of: batches.count) { losses[i] = … }
/// guard work.gather(&losses) else { return nil }
/// ```
///
/// All processes make the same calls of `gather`, unless they give up, which the others learn at their next call. By itself a process
/// has all pieces.
public final class SharedWork {
  private let processes: Processes
  /// Whether somebody has given up.
  private var hasEnded = false
  private var problem: ProcessError?
  private var starts: [Int] = []

  /// The work of one process by itself.
  public convenience init() { self.init(.alone) }

  package init(_ processes: Processes) { self.processes = processes }

  /// The pieces of this process, of so many.
  public func own(of count: Int) -> Range<Int> {
    processes.rank * count / processes.count..<(processes.rank + 1) * count / processes.count
  }

  /// The number of this process, from 0.
  public var rank: Int { processes.rank }

  /// A value for every process, for what each counts by itself: element `rank` is this one's, and `gather` gets the others.
  public func perProcess<Element>(_ value: Element) -> [Element] {
    Array(repeating: value, count: processes.count)
  }

  /// Gets what came of all pieces: of piece i the `width` elements from i · width on.
  ///
  /// - Parameter values: as many for every process, those of its own pieces filled in.
  /// - Returns: false where a process has given up, or is gone: then the work is to end without a result.
  public func gather<Element: BitwiseCopyable>(_ values: inout [Element], width: Int = 1) -> Bool {
    guard processes.count > 1 else { return true }
    let pieces = values.count / max(width, 1)
    let bounds = (0...processes.count).map { $0 * pieces / processes.count }
    do throws(ProcessError) {
      guard try agree(true) else { return false }
      try processes.gather(&values, bounds: bounds, width: width, &starts)
      return true
    } catch {
      problem = error
      return false
    }
  }

  /// Ends the work: whether every process has come to its end.
  package func end(isComplete: Bool) throws(ProcessError) -> Bool {
    if let problem { throw problem }
    guard processes.count > 1 else { return isComplete }
    return try agree(isComplete)
  }

  /// Whether all go on. Once one does not, it is known and not asked again.
  private func agree(_ goesOn: Bool) throws(ProcessError) -> Bool {
    if hasEnded { return false }
    var flags = Array(repeating: UInt8(0), count: processes.count)
    flags[processes.rank] = goesOn ? 1 : 0
    try processes.gather(&flags, bounds: Array(0...processes.count), &starts)
    if flags.contains(0) { hasEnded = true }
    return !hasEnded
  }
}
