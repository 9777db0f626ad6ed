import CPUFeatures
import Synchronization

/// Pieces of memory that threads borrow for the time of one kernel or product.
///
/// Who holds a piece waits for no other of its pool, so a thread that finds none free has only to look again. A thread
/// looks first where it looked last time: threads that borrow again and again neither meet there nor swap what they
/// have in their caches.
@safe
final class ScratchPool: @unchecked Sendable {
  private struct Mark: ~Copyable {
    let isTaken = Atomic<Bool>(false)
  }

  private static let spacing = 128

  private let block: MemoryBlock
  private let marks: UnsafeMutableRawPointer
  private let pieces: Int
  private let floatsEach: Int

  /// A pool of `pieces` pieces of `floatsEach` floats. Memory is committed when first used.
  init(pieces: Int, floatsEach: Int) {
    self.pieces = pieces
    self.floatsEach = Arena.aligned(floatsEach)
    block = MemoryBlock(byteCount: pieces * self.floatsEach * MemoryLayout<Float>.stride)
    unsafe marks = UnsafeMutableRawPointer.allocate(
      byteCount: pieces * Self.spacing, alignment: Self.spacing)
    for piece in 0..<pieces { unsafe mark(piece).initialize(to: Mark()) }
  }

  deinit {
    for piece in 0..<pieces { unsafe mark(piece).deinitialize(count: 1) }
    unsafe marks.deallocate()
  }

  /// Takes a free piece; `giveBack` its number afterwards.
  func take() -> Int {
    var piece = Int(sluice_thread_number()) % pieces
    var looks = 0
    while true {
      let isTaken = unsafe mark(piece)
      if unsafe !isTaken.pointee.isTaken.load(ordering: .relaxed)
        && !isTaken.pointee.isTaken.exchange(true, ordering: .acquiring)
      {
        return piece
      }
      piece = piece + 1 < pieces ? piece + 1 : 0
      looks += 1
      if looks % pieces == 0 { sluice_pause() }
    }
  }

  func giveBack(_ piece: Int) {
    unsafe mark(piece).pointee.isTaken.store(false, ordering: .releasing)
  }

  /// The address of a piece that was taken.
  @unsafe
  func address(_ piece: Int) -> UnsafeMutablePointer<Float> {
    unsafe block.address.assumingMemoryBound(to: Float.self) + piece * floatsEach
  }

  private func mark(_ piece: Int) -> UnsafeMutablePointer<Mark> {
    unsafe (marks + piece * Self.spacing).assumingMemoryBound(to: Mark.self)
  }
}
