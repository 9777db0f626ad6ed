/// Reads what a `StateWriter` wrote, in the same order. Whatever the bytes are, nothing is read beyond them.
public struct StateReader: Sendable {
  private let bytes: [UInt8]
  private var place = 0

  /// Reads from the first byte on.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether all was read.
  public var isAtEnd: Bool { place == bytes.count }

  /// Reads a whole number.
  public mutating func readInt() throws(StateError) -> Int {
    Int(Int64(bitPattern: try take(8, "a whole number")))
  }
  /// Reads the bits of a number without sign.
  public mutating func readUInt64() throws(StateError) -> UInt64 { try take(8, "a number") }
  /// Reads a float.
  public mutating func readFloat() throws(StateError) -> Float {
    Float(bitPattern: UInt32(truncatingIfNeeded: try take(4, "a float")))
  }
  /// Reads a double.
  public mutating func readDouble() throws(StateError) -> Double {
    Double(bitPattern: try take(8, "a double"))
  }
  /// Reads yes or no.
  public mutating func readBool() throws(StateError) -> Bool { try take(1, "yes or no") != 0 }
  /// Reads a text.
  public mutating func readText() throws(StateError) -> String {
    String(decoding: try readBytes(), as: UTF8.self)
  }

  /// Reads bytes that were written with their count.
  public mutating func readBytes() throws(StateError) -> [UInt8] {
    let count = try readCount(ofSize: 1)
    defer { place += count }
    return Array(bytes[place..<place + count])
  }

  /// Reads floats. With `count`, another number of them is an error.
  public mutating func readFloats(_ wanted: Int? = nil) throws(StateError) -> [Float] {
    let count = try readCount(ofSize: 4, wanted)
    var values: [Float] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try readFloat()) }
    return values
  }

  /// Reads doubles, as `readFloats`.
  public mutating func readDoubles(_ wanted: Int? = nil) throws(StateError) -> [Double] {
    let count = try readCount(ofSize: 8, wanted)
    var values: [Double] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try readDouble()) }
    return values
  }

  /// Reads whole numbers, as `readFloats`.
  public mutating func readInts(_ wanted: Int? = nil) throws(StateError) -> [Int] {
    let count = try readCount(ofSize: 8, wanted)
    var values: [Int] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try readInt()) }
    return values
  }

  /// Reads small whole numbers, as `readFloats`.
  public mutating func readInt32s(_ wanted: Int? = nil) throws(StateError) -> [Int32] {
    let count = try readCount(ofSize: 4, wanted)
    var values: [Int32] = []
    values.reserveCapacity(count)
    for _ in 0..<count {
      values.append(Int32(bitPattern: UInt32(truncatingIfNeeded: try take(4, "a whole number"))))
    }
    return values
  }

  /// Reads a value that may be missing.
  public mutating func readOptional<Value>(
    _ body: (inout StateReader) throws(StateError) -> Value
  ) throws(StateError) -> Value? {
    try readBool() ? try body(&self) : nil
  }

  /// Reads a list.
  public mutating func readList<Element>(
    _ wanted: Int? = nil, _ body: (inout StateReader) throws(StateError) -> Element
  ) throws(StateError) -> [Element] {
    let count = try readCount(ofSize: 0, wanted)
    var elements: [Element] = []
    for _ in 0..<count { elements.append(try body(&self)) }
    return elements
  }

  /// Puts a part back that was written under this name; nothing of it may be left over.
  public mutating func read(
    part name: String, into part: inout some Checkpointed & ~Copyable
  ) throws(StateError) {
    var inside = try read(part: name)
    try part.restore(from: &inside)
    try inside.end(of: name)
  }

  /// A reader of the part of this name, which has to come next.
  public mutating func read(part name: String) throws(StateError) -> StateReader {
    let found = try readText()
    guard found == name else {
      throw StateError(
        expected: "the part '\(name)' of a training", found: "'\(ScreenText.cut(found, to: 40))'")
    }
    return StateReader(try readBytes())
  }

  /// Throws if anything is left.
  public func end(of name: String) throws(StateError) {
    guard isAtEnd else {
      throw StateError(expected: "the end of the part '\(name)'", found: "\(bytes.count - place) bytes more")
    }
  }

  private mutating func readCount(ofSize size: Int, _ wanted: Int? = nil) throws(StateError) -> Int {
    let count = try readInt()
    let left = bytes.count - place
    guard count >= 0, size == 0 ? count <= left || count == 0 : count <= left / max(size, 1) else {
      throw StateError(expected: "a list within \(left) bytes", found: "one of \(count) elements")
    }
    if let wanted, wanted != count {
      throw StateError(expected: "\(wanted) elements", found: "\(count)")
    }
    return count
  }

  private mutating func take(_ count: Int, _ what: String) throws(StateError) -> UInt64 {
    guard bytes.count - place >= count else {
      throw StateError(expected: "\(what) of \(count) bytes", found: "\(bytes.count - place) bytes left")
    }
    var value: UInt64 = 0
    for i in 0..<count { value |= UInt64(bytes[place + i]) << (8 * UInt64(i)) }
    place += count
    return value
  }
}
