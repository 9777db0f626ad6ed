import SluiceCore

/// Memory for kernel tests: ranges at any alignment, with guards around them that no kernel may touch.
struct KernelMemory {
  static let guardCount = 24
  static let guardValue: Float = -12345.5
  private let arena: Arena<Float>
  private let labelArena: Arena<Int32>
  private var ranges: [Range<Int>] = []

  init(capacity: Int = 1 << 18) {
    arena = Arena<Float>(capacity: capacity, named: "test")
    labelArena = Arena<Int32>(capacity: 64, named: "test labels")
  }

  /// A vector of `values` that starts `offset` floats after a 64-byte boundary.
  mutating func vector(_ values: [Float], offset: Int = 0) -> Floats {
    let guardCount = Self.guardCount
    let whole = arena.allocate(values.count + offset + 2 * guardCount)
    arena[whole].fill(Self.guardValue)
    // Guards are longer than a lane is wide; 16 of them keep the boundary where it was.
    let start = whole.lowerBound + 16 + offset
    let range = start..<start + values.count
    for (i, value) in values.enumerated() { arena[range][i] = value }
    ranges.append(whole.lowerBound..<start)
    ranges.append(range.upperBound..<whole.upperBound)
    return arena[range]
  }

  mutating func vector(count: Int, offset: Int = 0) -> Floats {
    vector([Float](repeating: 7, count: count), offset: offset)
  }

  func labels(_ values: [Int32]) -> Indices {
    let view = labelArena[labelArena.allocate(values.count)]
    for (i, value) in values.enumerated() { view[i] = value }
    return view
  }

  /// Whether nothing was written before or after a vector.
  var guardsIntact: Bool {
    ranges.allSatisfy { range in arena[range].array.allSatisfy { $0 == Self.guardValue } }
  }
}

/// The bit patterns, which tell -0 from 0 and compare NaN.
func bits(_ view: Floats) -> [UInt32] { view.array.map(\.bitPattern) }
