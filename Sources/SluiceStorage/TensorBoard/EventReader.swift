import SluiceCore

/// Reads the scalars of an event file, whoever wrote it for TensorBoard.
///
/// ```swift
/// var events = try EventReader(path: "runs/mine/events.out.tfevents.sluice")
/// while let scalars = try events.next() {
///   for scalar in scalars { print(scalar.tag, scalar.step, scalar.value) }
/// }
/// ```
///
/// The form is that of `EventFile`. Scalars are values of their own or, as TensorFlow 2 writes them, tensors of one number; all else, such as
/// histograms and pictures, is passed over. What follows a record that was cut off or is damaged is left out, which `isCutOff` says.
public struct EventReader {
  /// One number.
  public struct Scalar: Sendable, Equatable {
    /// What it is, such as `train/loss`.
    public let tag: String
    public let step: Int
    public let value: Float
  }

  /// The file that is read, as the caller spelled it.
  public let path: String
  /// Whether the file ended within a record, or one was damaged.
  public private(set) var isCutOff = false

  /// The longest record that is looked into; longer ones are pictures or graphs.
  private static let recordLimit = 16 << 20
  private let file: File
  private let size: Int
  private var offset = 0

  /// Opens an event file.
  ///
  /// - Throws: `StorageError` for a file that cannot be read or does not begin with a record.
  public init(path: String) throws(StorageError) {
    self.path = path
    file = try File.reading(path)
    size = try file.size()
    guard try length(at: 0) != nil else {
      throw StorageError(
        .damaged, path: path, expected: "an event file", found: size == 0 ? "an empty one" : "another file",
        advice: "Give a file whose name holds 'tfevents', as TensorBoard reads it.")
    }
  }

  /// Whether a file begins as an event file does.
  package static func isEventFile(_ path: String) -> Bool { (try? EventReader(path: path)) != nil }

  /// The length of the record at a place; nil where there is none.
  private func length(at place: Int) throws(StorageError) -> Int? {
    let head = try file.available(at: place, atMost: 12)
    guard head.count == 12 else { return nil }
    let length = head[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let check = head[8...].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return check == CRC32C.masked(head[..<8]) ? Int(exactly: length) : nil
  }

  /// The scalars of the next record that has any; nil at the end.
  public mutating func next() throws(StorageError) -> [Scalar]? {
    while offset < size, !isCutOff {
      guard let length = try length(at: offset), length <= size - offset - 16 else {
        isCutOff = true
        break
      }
      let start = offset + 12
      offset = start + length + 4
      guard length <= Self.recordLimit else { continue }
      let bytes = try file.available(at: start, atMost: length + 4)
      let check = bytes[length...].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      guard bytes.count == length + 4, check == CRC32C.masked(bytes[..<length]) else {
        isCutOff = true
        break
      }
      let scalars = Self.scalars(of: bytes[..<length])
      if !scalars.isEmpty { return scalars }
    }
    return nil
  }

  /// The scalars of an event (`core/util/event.proto`).
  private static func scalars(of event: ArraySlice<UInt8>) -> [Scalar] {
    var reader = ProtocolBufferReader(event)
    var step = 0
    var values: [ArraySlice<UInt8>] = []
    while let (number, field) = reader.nextField() {
      switch (number, field) {
      case (2, .number(let value)): step = Int(truncatingIfNeeded: value)
      case (5, .bytes(let summary)):
        var inside = ProtocolBufferReader(summary)
        while let (number, field) = inside.nextField() {
          if number == 1, case .bytes(let value) = field { values.append(value) }
        }
      default: break
      }
    }
    return values.compactMap { scalar(of: $0, step: step) }
  }

  /// The number of a value of a summary (`core/framework/summary.proto`); nil for one that is something else.
  private static func scalar(of value: ArraySlice<UInt8>, step: Int) -> Scalar? {
    var reader = ProtocolBufferReader(value)
    var (tag, number): (String, Float?) = ("", nil)
    while let (place, field) = reader.nextField() {
      switch (place, field) {
      case (1, .bytes(let name)): tag = String(decoding: name, as: UTF8.self)
      case (2, .fixed32(let bits)): number = Float(bitPattern: bits)
      case (8, .bytes(let tensor)): number = only(of: tensor)
      default: break
      }
    }
    return number.map { Scalar(tag: tag, step: step, value: $0) }
  }

  /// The one number of a tensor of floats or doubles (`core/framework/tensor.proto`); nil for others.
  private static func only(of tensor: ArraySlice<UInt8>) -> Float? {
    var reader = ProtocolBufferReader(tensor)
    var (type, numbers): (UInt64, ArraySlice<UInt8>) = (0, [])
    while let (place, field) = reader.nextField() {
      switch (place, field) {
      case (1, .number(let value)): type = value
      case (4, .bytes(let bytes)) where !bytes.isEmpty: numbers = bytes
      case (5, .bytes(let bytes)), (6, .bytes(let bytes)): numbers = bytes
      case (5, .fixed32(let bits)): return Float(bitPattern: bits)
      case (6, .fixed64(let bits)): return Float(Double(bitPattern: bits))
      default: break
      }
    }
    func bits(_ count: Int) -> UInt64? {
      numbers.count == count ? numbers.reversed().reduce(0) { $0 << 8 | UInt64($1) } : nil
    }
    switch type {
    case 1: return bits(4).map { Float(bitPattern: UInt32($0)) }
    case 2: return bits(8).map { Float(Double(bitPattern: $0)) }
    default: return nil
    }
  }
}
