import SluiceCore

/// How a model's numbers are stored.
public enum StoredPrecision: String, Sendable, Codable, CaseIterable {
  /// As they were trained: 4 bytes each, exact.
  case float32
  /// The upper half of a float, rounded to nearest: 2 bytes each, off by at most 2⁻⁹ of the number.
  case bfloat16
  /// The rows of tables and matrices as whole numbers from -127 to 127 with a scale each, about 1 byte a number, off by at most half a
  /// scale, which is a 254th of the largest magnitude of those that share it. Rows of fewer than 16 numbers share a scale, as many of them
  /// as have at most 64 numbers. Biases and other vectors stay as they are.
  case int8

  /// The text of a file's `__metadata__` that says it; a file without it has floats as they were trained.
  package static let key: CodePoints = "sluice.precision"

  /// Where an encoder tells a value what numbers it is stored beside.
  static let userInfoKey = CodingUserInfoKey(rawValue: "sluice.precision")!

  /// How the numbers are stored that a value is encoded beside.
  package static func beside(_ encoder: any Encoder) -> StoredPrecision {
    encoder.userInfo[userInfoKey] as? StoredPrecision ?? .float32
  }

  /// What the tensor with the scales of the rows of another is called.
  static func scaleName(of name: String) -> String { name + ".scale" }

  /// Rows of fewer numbers share a scale with their neighbors: one of their own would take as much room as they.
  private static let wideColumns = 16
  /// The numbers that such rows have for each scale; a table of fewer and shorter rows than `leastColumns` would not become smaller by much.
  private static let sharedNumbers = 64
  private static let leastColumns = 4

  /// Whether a tensor of this shape is stored as bytes.
  func storesBytes(_ shape: [Int]) -> Bool {
    guard self == .int8, shape.count >= 2, let columns = shape.last, columns > 0 else { return false }
    return columns >= Self.leastColumns || shape.reduce(1, *) >= Self.sharedNumbers
  }

  /// The rows of so many numbers that have one scale.
  static func rowsOfScale(columns: Int) -> Int {
    columns >= wideColumns ? 1 : sharedNumbers / max(columns, 1)
  }

  /// The shape of the scales of a tensor of bytes: one for each row, or for some rows together.
  static func scaleShape(_ shape: [Int]) -> [Int] {
    let (rows, shared) = (Array(shape.dropLast()), rowsOfScale(columns: shape.last ?? 1))
    if shared == 1 { return rows }
    let (whole, rest) = rows.reduce(1, *).quotientAndRemainder(dividingBy: shared)
    return [rest == 0 ? whole : whole + 1]
  }
}

extension StoredPrecision {
  /// The numbers that a file gives back of some that are stored so; these themselves where it keeps them.
  package func rounded(_ values: Floats, shape: [Int]) -> Floats {
    guard self != .float32 else { return values }
    let tensor = NamedTensor("values", shape: shape, values)
    let stored = StoredTensor.stored([tensor], self)
    let result = Arena<Float>(capacity: max(values.count, 1), named: "rounded values")[0..<values.count]
    result.copy(from: values)
    var scales: [Float] = []
    for case .scales(let found) in stored.map(\.elements) { scales = found }
    let columns = max(shape.last ?? 1, 1)
    for part in stored where part.name == tensor.name {
      switch part.elements {
      case .halves(let halves):
        for i in halves.indices { result[i] = Float(bitPattern: UInt32(halves[i]) << 16) }
      case .bytes(let bytes):
        let shared = columns * Self.rowsOfScale(columns: columns)
        for i in bytes.indices { result[i] = Float(bytes[i]) * scales[i / shared] }
      case .floats, .scales: break
      }
    }
    return result
  }
}

/// What a file's header says of a tensor.
struct TensorLayout {
  let name: String
  let type: ElementType
  let shape: [Int]
  /// The bytes of its numbers.
  let byteCount: Int

  /// Those of wider elements first, so that all lie on multiples of their size, and by the names' bytes.
  static func precedes(_ a: TensorLayout, _ b: TensorLayout) -> Bool {
    let bits = (a.type.bitCount ?? 0, b.type.bitCount ?? 0)
    return bits.0 == bits.1 ? a.name.precedesByCodePoints(b.name) : bits.0 > bits.1
  }
}

/// A tensor as a file holds it.
struct StoredTensor {
  /// The elements where they lie, or what was made of them.
  enum Elements {
    case floats(Floats)
    case halves([UInt16])
    case bytes([Int8])
    /// Scales that were made for bytes.
    case scales([Float])
  }

  let name: String
  let type: ElementType
  let shape: [Int]
  let elements: Elements

  /// The bytes of the tensor in the file.
  var byteCount: Int {
    switch elements {
    case .floats(let floats): 4 * floats.count
    case .halves(let halves): 2 * halves.count
    case .bytes(let bytes): bytes.count
    case .scales(let scales): 4 * scales.count
    }
  }

  /// What the header says of it.
  var layout: TensorLayout { TensorLayout(name: name, type: type, shape: shape, byteCount: byteCount) }

  /// What the header of a file says that holds tensors of these shapes, in their order in the file.
  static func layouts(
    ofShapes shapes: [(name: String, shape: [Int])], _ precision: StoredPrecision
  ) -> [TensorLayout] {
    var layouts: [TensorLayout] = []
    for (name, shape) in shapes {
      let count = shape.reduce(1, *)
      if precision.storesBytes(shape), count > 0 {
        let scales = StoredPrecision.scaleShape(shape)
        layouts.append(TensorLayout(name: name, type: .int8, shape: shape, byteCount: count))
        layouts.append(
          TensorLayout(
            name: StoredPrecision.scaleName(of: name), type: .float32, shape: scales,
            byteCount: 4 * scales.reduce(1, *)))
      } else if precision == .bfloat16 {
        layouts.append(TensorLayout(name: name, type: .bfloat16, shape: shape, byteCount: 2 * count))
      } else {
        layouts.append(TensorLayout(name: name, type: .float32, shape: shape, byteCount: 4 * count))
      }
    }
    return layouts.sorted(by: TensorLayout.precedes)
  }

  /// The tensors that a file holds for some, in their order in the file.
  static func stored(_ tensors: [NamedTensor], _ precision: StoredPrecision) -> [StoredTensor] {
    var result: [StoredTensor] = []
    for tensor in tensors {
      if precision.storesBytes(tensor.shape), tensor.values.count > 0 {
        let columns = tensor.shape.last ?? 1
        let numbers = columns * StoredPrecision.rowsOfScale(columns: columns)
        var bytes: [Int8] = []
        bytes.reserveCapacity(tensor.values.count)
        var scales: [Float] = []
        for start in stride(from: 0, to: tensor.values.count, by: numbers) {
          let end = min(start + numbers, tensor.values.count)
          scales.append(ByteRows.rounded(tensor.values[start..<end], into: &bytes))
        }
        result.append(
          StoredTensor(name: tensor.name, type: .int8, shape: tensor.shape, elements: .bytes(bytes)))
        result.append(
          StoredTensor(
            name: StoredPrecision.scaleName(of: tensor.name), type: .float32,
            shape: StoredPrecision.scaleShape(tensor.shape), elements: .scales(scales)))
      } else if precision == .bfloat16 {
        let halves = (0..<tensor.values.count).map { upperHalf(tensor.values[$0]) }
        result.append(
          StoredTensor(name: tensor.name, type: .bfloat16, shape: tensor.shape, elements: .halves(halves)))
      } else {
        result.append(
          StoredTensor(
            name: tensor.name, type: .float32, shape: tensor.shape, elements: .floats(tensor.values)))
      }
    }
    return result.sorted { TensorLayout.precedes($0.layout, $1.layout) }
  }

  /// The bfloat16 nearest to a float, ties to even. Finite numbers stay finite.
  static func upperHalf(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    guard value.isFinite else { return UInt16(bits >> 16) | (value.isNaN ? 0x40 : 0) }
    let rounded = UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
    return rounded & 0x7F80 == 0x7F80 ? rounded - 1 : rounded
  }

  /// Gives a checksum the bytes.
  func update(_ check: inout CRC32C) {
    switch elements {
    case .floats(let floats): check.update(floats)
    default: check.update(ownBytes)
    }
  }

  /// Writes the bytes.
  func write(to output: borrowing AtomicFile.Output) throws(StorageError) {
    switch elements {
    case .floats(let floats): try output.write(floats)
    default: try output.write(ownBytes)
    }
  }

  /// The bytes of elements that were made, the lowest of each first.
  private var ownBytes: [UInt8] {
    var result: [UInt8] = []
    switch elements {
    case .floats: break
    case .halves(let halves):
      result.reserveCapacity(2 * halves.count)
      for half in halves {
        result.append(UInt8(truncatingIfNeeded: half))
        result.append(UInt8(half >> 8))
      }
    case .bytes(let bytes): result = bytes.map { UInt8(bitPattern: $0) }
    case .scales(let scales):
      for scale in scales { result.appendFixed(scale.bitPattern) }
    }
    return result
  }
}
