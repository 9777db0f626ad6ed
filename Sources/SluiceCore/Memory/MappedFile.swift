import CLibrary

/// The bytes of a file as the operating system shows them in memory: read when they are first looked at, and shared with
/// whoever else looks at the file.
///
/// Who writes through a view gets a copy of the page and leaves the file as it is. What is to stay as it was must not be written
/// in place by others meanwhile: a file that is replaced by renaming another over it is still the earlier one here, but of one that
/// is cut the operating system ends the program when the missing part is looked at.
package struct MappedFile: Sendable {
  private let block: MemoryBlock
  /// The bytes of the file.
  package let byteCount: Int

  /// Nil where the file is empty or the system does not show it.
  ///
  /// - Parameter descriptor: of the file, open for reading; it may be closed afterwards.
  package init?(descriptor: Int32, byteCount: Int) {
    guard byteCount > 0, let block = MemoryBlock(mapping: descriptor, byteCount: byteCount) else {
      return nil
    }
    self.block = block
    self.byteCount = byteCount
  }

  /// The elements at a place of the file; nil where they do not lie inside of it, or not on a multiple of their size.
  package func elements<Element: ArenaElement>(_: Element.Type, at offset: Int, count: Int) -> Elements<
    Element
  >? {
    guard offset >= 0, count >= 0, offset % MemoryLayout<Element>.alignment == 0,
      count <= (byteCount - offset) / MemoryLayout<Element>.stride
    else { return nil }
    return unsafe Elements(
      owner: block, base: (block.address + offset).assumingMemoryBound(to: Element.self), count: count)
  }
}
