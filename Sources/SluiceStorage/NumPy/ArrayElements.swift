/// The elements of an array of NumPy, as bytes behind its header.
struct ArrayElements {
  let header: NPYHeader
  let name: String
  let path: String

  /// The elements as floats, row-major.
  ///
  /// - Parameter bytes: the header and all elements.
  func floats(in bytes: [UInt8]) throws(StorageError) -> [Float] {
    try read(bytes, "floats of 16, 32 or 64 bits", \.readsAsFloat) { type, bytes, start in
      type.float(bytes, at: start)
    }
  }

  /// The elements as whole numbers, row-major.
  func integers(in bytes: [UInt8]) throws(StorageError) -> [Int64] {
    try read(bytes, "whole numbers that 64 bits with a sign hold", \.readsAsInteger) { type, bytes, start in
      type.integer(bytes, at: start)
    }
  }

  private func read<Value>(
    _ bytes: [UInt8], _ expected: String, _ isRead: KeyPath<ElementType, Bool>,
    _ value: (ElementType, [UInt8], Int) -> Value?
  ) throws(StorageError) -> [Value] {
    func unsupported(_ found: String) -> StorageError {
      StorageError(
        .unsupported, path: path, expected: "\(name) to hold \(expected)", found: found,
        advice: "Convert it first, such as with array.astype('float32').")
    }
    guard let element = header.element, element.type[keyPath: isRead], let bits = element.type.bitCount else {
      throw unsupported("the type \(quoted(header.type))")
    }
    let size = bits / 8
    let count = header.shape.reduce(1, *)
    guard bytes.count - header.size == count * size else {
      throw StorageError(
        bytes.count - header.size < count * size ? .truncated : .damaged, path: path,
        expected: "\(count * size) bytes of \(name)", found: "\(bytes.count - header.size)",
        advice: "The file is incomplete or was changed: fetch it again, or make it again.")
    }
    var bytes = bytes
    if element.isBigEndian {
      for start in stride(from: header.size, to: bytes.count, by: size) {
        bytes[start..<start + size].reverse()
      }
    }
    var values: [Value] = []
    values.reserveCapacity(count)
    let order = header.isFortran && header.shape.count > 1 ? ColumnOrder(header.shape) : nil
    for index in 0..<count {
      let place = order?.place(of: index) ?? index
      guard let value = value(element.type, bytes, header.size + place * size) else {
        throw unsupported("a larger one")
      }
      values.append(value)
    }
    return values
  }
}

/// Where the elements of an array lie whose first index changes fastest.
private struct ColumnOrder {
  private let shape: [Int]

  init(_ shape: [Int]) { self.shape = shape }

  /// The place of the element that is number `index` in row-major order.
  func place(of index: Int) -> Int {
    var (rest, place) = (index, 0)
    for size in shape.reversed() {
      place = place * size + rest % size
      rest /= size
    }
    // The digits of the index were met from the last to the first, which is how a place in column order is composed.
    return place
  }
}
