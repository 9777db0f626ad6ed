/// Something that changes while a training runs and can be saved and put back, to the bit.
///
/// What `write` writes `restore` reads, in the same order. A value that is restored was made the same way as the one that was
/// written, so only what changes after that is written.
public protocol Checkpointed: ~Copyable {
  /// Writes everything that changes.
  func write(to state: inout StateWriter)
  /// Puts back what `write` wrote.
  ///
  /// - Throws: `StateError` for a state that is not of such a value.
  mutating func restore(from state: inout StateReader) throws(StateError)
}

/// Collects what parts of a training hold, as bytes: numbers by their bits, so that NaN and infinity come back too.
public struct StateWriter: Sendable {
  /// All that was written.
  public private(set) var bytes: [UInt8] = []

  /// Nothing yet.
  public init() {}

  /// Writes a whole number.
  public mutating func write(_ value: Int) { append(UInt64(bitPattern: Int64(value)), 8) }
  /// Writes the bits of a number without sign.
  public mutating func write(_ value: UInt64) { append(value, 8) }
  /// Writes the bits of a float.
  public mutating func write(_ value: Float) { append(UInt64(value.bitPattern), 4) }
  /// Writes the bits of a double.
  public mutating func write(_ value: Double) { append(value.bitPattern, 8) }
  /// Writes yes or no.
  public mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }
  /// Writes a text.
  public mutating func write(_ text: String) { write(bytes: Array(text.utf8)) }

  /// Writes bytes and their count.
  public mutating func write(bytes new: [UInt8]) {
    write(new.count)
    bytes += new
  }

  /// Writes floats and their count.
  public mutating func write(_ values: [Float]) {
    write(values.count)
    for value in values { write(value) }
  }

  /// Writes doubles and their count.
  public mutating func write(_ values: [Double]) {
    write(values.count)
    for value in values { write(value) }
  }

  /// Writes whole numbers and their count.
  public mutating func write(_ values: [Int]) {
    write(values.count)
    for value in values { write(value) }
  }

  /// Writes small whole numbers and their count.
  public mutating func write(_ values: [Int32]) {
    write(values.count)
    for value in values { append(UInt64(UInt32(bitPattern: value)), 4) }
  }

  /// Writes a value that may be missing.
  public mutating func write<Value>(_ value: Value?, _ body: (inout StateWriter, Value) -> Void) {
    write(value != nil)
    if let value { body(&self, value) }
  }

  /// Writes the elements of a list and their count.
  public mutating func write<Element>(
    each elements: some Collection<Element>, _ body: (inout StateWriter, Element) -> Void
  ) {
    write(elements.count)
    for element in elements { body(&self, element) }
  }

  /// Writes a part under its name, by which a reader finds that it reads another.
  public mutating func write(part name: String, _ part: borrowing some Checkpointed & ~Copyable) {
    write(part: name) { part.write(to: &$0) }
  }

  /// The same with the part's contents written by `body`.
  public mutating func write(part name: String, _ body: (inout StateWriter) -> Void) {
    write(name)
    var inside = StateWriter()
    body(&inside)
    write(bytes: inside.bytes)
  }

  private mutating func append(_ value: UInt64, _ count: Int) {
    for i in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(i)))) }
  }
}

/// A saved state that cannot be put back: what was expected and what came.
public struct StateError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was expected, to follow the word "expected".
  public let expected: String
  /// What came instead.
  public let found: String

  /// An error of the given texts.
  public init(expected: String, found: String) {
    self.expected = expected
    self.found = found
  }

  /// Both in one line.
  public var description: String { "expected \(expected), found \(found)" }
}
