import CPUFeatures
import Synchronization

/// Pieces of memory that threads borrow for the time of one kernel or product.
///
/// Who holds a piece waits for no other of its pool, so a thread that finds none free has only to look again.
@safe
final class ScratchPool: @unchecked Sendable {
  private let block: MemoryBlock
  private let floatsEach: Int
  /// A bit for each piece, set while it is free.
  private let free: Atomic<UInt64>

  /// A pool of `pieces` pieces, at most 64, of `floatsEach` floats. Memory is committed when first used.
  init(pieces: Int, floatsEach: Int) {
    let pieces = min(pieces, 64)
    self.floatsEach = Arena.aligned(floatsEach)
    block = MemoryBlock(byteCount: pieces * self.floatsEach * MemoryLayout<Float>.stride)
    free = Atomic(UInt64.max >> UInt64(64 - pieces))
  }

  /// Takes a free piece; `giveBack` its number afterwards.
  func take() -> Int {
    var current = free.load(ordering: .relaxed)
    while true {
      if current == 0 {
        sluice_pause()
        current = free.load(ordering: .relaxed)
        continue
      }
      let (done, found) = free.weakCompareExchange(
        expected: current, desired: current & (current - 1), ordering: .acquiring)
      if done { return current.trailingZeroBitCount }
      current = found
    }
  }

  func giveBack(_ piece: Int) {
    free.bitwiseOr(1 << UInt64(piece), ordering: .releasing)
  }

  /// The address of a piece that was taken.
  @unsafe
  func address(_ piece: Int) -> UnsafeMutablePointer<Float> {
    unsafe block.address.assumingMemoryBound(to: Float.self) + piece * floatsEach
  }
}
