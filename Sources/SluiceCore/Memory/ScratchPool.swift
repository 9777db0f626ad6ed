import CPUFeatures
import Synchronization

/// Pieces of memory that threads borrow for the time of one kernel or product.
///
/// Who holds a piece waits for no other of its pool, so a thread that finds none free has only to look again. A thread
/// looks first where it looked last time: threads that borrow again and again neither meet there nor swap what they
/// have in their caches.
final class ScratchPool: @unchecked Sendable {
  private struct Mark: ~Copyable {
    let isTaken = Atomic<Bool>(false)
  }

  private let block: MemoryBlock
  private let marks: SpacedElements<Mark>
  private let floatsEach: Int

  /// A pool of `pieces` pieces of `floatsEach` floats. Memory is committed when first used.
  init(pieces: Int, floatsEach: Int) {
    self.floatsEach = Arena.aligned(floatsEach)
    block = MemoryBlock(
      byteCount: pieces * self.floatsEach * MemoryLayout<Float>.stride,
      for: "The scratch memory of \(pieces) threads")
    marks = SpacedElements(count: pieces) { Mark() }
  }

  /// Takes a free piece; `giveBack` its number afterwards.
  func take() -> Int {
    var piece = Int(sluice_thread_number()) % marks.count
    var looks = 0
    while true {
      let mark = unsafe marks[piece]
      if unsafe !mark.pointee.isTaken.load(ordering: .relaxed)
        && !mark.pointee.isTaken.exchange(true, ordering: .acquiring)
      {
        return piece
      }
      piece = piece + 1 < marks.count ? piece + 1 : 0
      looks += 1
      if looks % marks.count == 0 { sluice_pause() }
    }
  }

  func giveBack(_ piece: Int) {
    unsafe marks[piece].pointee.isTaken.store(false, ordering: .releasing)
  }

  /// The address of a piece that was taken.
  @unsafe
  func address(_ piece: Int) -> UnsafeMutablePointer<Float> {
    unsafe block.address.assumingMemoryBound(to: Float.self) + piece * floatsEach
  }
}
