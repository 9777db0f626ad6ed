import CLibrary
import SluiceStorage

/// What reads a part of a file that is open already, block by block.
struct BlockReader {
  let file: FileBlocks
  private var offset = 0
  private var limit = Int.max

  init(file: FileBlocks) { self.file = file }

  mutating func move(to offset: Int, end limit: Int) { (self.offset, self.limit) = (offset, limit) }

  /// Reads what comes next into a block: how many bytes, 0 at the end, or a negated error number.
  mutating func read(into block: inout [UInt8]) -> Int {
    guard let count = try? file.read(at: offset, into: &block, atMost: limit - offset) else {
      return -Int(EIO)
    }
    offset += count
    return count
  }
}
