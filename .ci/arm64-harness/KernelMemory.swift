// Memory for the checks, as the tests of the kernels have it: vectors at any alignment with guards around them.

import KernelInterface

/// A view of some floats, with the names that the library's view has.
struct Floats {
  let pointer: Target
  let count: Int
  var source: Source { Source(pointer) }
  var array: [Float] { (0..<count).map { pointer[$0] } }

  subscript(i: Int) -> Float {
    get { pointer[i] }
    nonmutating set { pointer[i] = newValue }
  }
}

/// A view of some labels or ids.
struct Indices {
  let pointer: UnsafeMutablePointer<Int32>
  let count: Int
  var source: UnsafePointer<Int32> { UnsafePointer(pointer) }
}

/// Hands out vectors and frees them all at its end.
final class KernelMemory {
  private static let guardCount = 24
  private static let guardValue: Float = -12345.5
  private var blocks: [(start: UnsafeMutableRawPointer, offset: Int, count: Int)] = []

  deinit {
    for block in blocks { block.start.deallocate() }
  }

  /// A vector of `values` that starts `offset` floats after a 64-byte boundary.
  func vector(_ values: [Float], offset: Int = 0) -> Floats {
    let whole = values.count + offset + 2 * Self.guardCount
    let raw = UnsafeMutableRawPointer.allocate(byteCount: 4 * whole, alignment: 64)
    let floats = raw.bindMemory(to: Float.self, capacity: whole)
    for i in 0..<whole { floats[i] = Self.guardValue }
    let start = 16 + offset
    for (i, value) in values.enumerated() { floats[start + i] = value }
    blocks.append((raw, start, values.count))
    return Floats(pointer: floats + start, count: values.count)
  }

  func vector(count: Int, offset: Int = 0) -> Floats {
    vector([Float](repeating: 7, count: count), offset: offset)
  }

  func labels(_ values: [Int32]) -> Indices {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: 4 * max(values.count, 1), alignment: 64)
    let labels = raw.bindMemory(to: Int32.self, capacity: values.count)
    for (i, value) in values.enumerated() { labels[i] = value }
    // Without floats it has no guards to look at.
    blocks.append((raw, 0, -1))
    return Indices(pointer: labels, count: values.count)
  }

  /// Whether nothing was written before or after a vector.
  var guardsIntact: Bool {
    for block in blocks where block.count >= 0 {
      let floats = block.start.assumingMemoryBound(to: Float.self)
      let whole = block.offset - 16 + block.count + 2 * Self.guardCount
      for i in 0..<whole where i < block.offset || i >= block.offset + block.count {
        if floats[i] != Self.guardValue { return false }
      }
    }
    return true
  }
}
