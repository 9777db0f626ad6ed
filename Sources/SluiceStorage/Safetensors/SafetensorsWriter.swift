import SluiceCore

/// A tensor to be written: its name, its shape, and its values where they lie.
public struct NamedTensor: Sendable {
  /// The name to read it by; one of its own, and not `__metadata__`.
  public var name: String
  /// The sizes of the dimensions, row-major; empty for a single number.
  public var shape: [Int]
  /// The elements, row-major: a view that has to be valid until it is written.
  public var values: Floats

  /// A tensor to be written.
  public init(_ name: String, shape: [Int], _ values: Floats) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

extension SafetensorsFile {
  /// Writes tensors as a safetensors file, whole or not at all (see `AtomicFile`).
  ///
  /// The layout depends on the contents alone: tensors and texts in the order of their names' bytes, tensors of wider elements
  /// first, the header padded with spaces to a multiple of 8 bytes. As F32, values, NaN included, keep their bits.
  ///
  /// Throws `mismatch` when a name occurs twice or is `__metadata__`, or when a shape does not agree with
  /// the number of values.
  ///
  /// - Parameter precision: how the numbers are stored. Rows of bytes have a tensor beside them with their scales, `name.scale`, and a
  ///   text of `__metadata__` says the precision, if it is not that of F32.
  /// - Parameter withChecksum: store a checksum of the contents, by which a reader finds damage (see `checksum`).
  /// - Complexity: O(n log n) for n names; the values are written from where they are, without a copy. A checksum takes one
  ///   more pass over them.
  public static func write(
    _ tensors: [NamedTensor], metadata: [CodePoints: String] = [:], precision: StoredPrecision = .float32,
    withChecksum: Bool = false, to path: String
  ) throws(StorageError) {
    let contents = try Contents(
      tensors, metadata: metadata, precision: precision, withChecksum: withChecksum, path: path)
    try contents.write(to: path)
  }

  /// What a file is to hold, ready to be written.
  struct Contents {
    /// The checksum that is stored, or nil.
    let checksum: String?
    /// The bytes of the file.
    var size: Int { tensors.reduce(header.count) { $0 + $1.byteCount } }

    private let header: [UInt8]
    private let tensors: [StoredTensor]

    init(
      _ tensors: [NamedTensor], metadata: [CodePoints: String], precision: StoredPrecision = .float32,
      withChecksum: Bool, path: String
    ) throws(StorageError) {
      for tensor in tensors { try SafetensorsFile.check(tensor, path: path) }
      let sorted = StoredTensor.stored(tensors, precision)
      self.tensors = sorted
      var metadata = metadata
      if precision != .float32 { metadata[StoredPrecision.key] = precision.rawValue }
      // Nothing is computed of tensors that cannot be written.
      let layouts = sorted.map(\.layout)
      let plain = try SafetensorsFile.header(for: layouts, metadata: metadata, path: path)
      guard withChecksum else {
        (checksum, header) = (nil, plain)
        return
      }
      var check = ContentsCheck(metadata: metadata)
      for tensor in sorted.sorted(by: { $0.name.precedesByCodePoints($1.name) }) {
        check.begin(tensor.name, tensor.type.rawValue, tensor.shape)
        tensor.update(&check.value)
      }
      let digits = check.value.hexadecimal
      checksum = digits
      header = try SafetensorsFile.header(
        for: layouts, metadata: metadata.merging(ContentsCheck.texts(digits)) { $1 }, path: path)
    }

    /// The bytes of a file with a checksum that holds tensors of these shapes, without their numbers.
    static func size(
      ofShapes shapes: [(name: String, shape: [Int])], metadata: [CodePoints: String],
      precision: StoredPrecision, path: String
    ) throws(StorageError) -> Int {
      let layouts = StoredTensor.layouts(ofShapes: shapes, precision)
      var metadata = metadata.merging(ContentsCheck.texts("00000000")) { $1 }
      if precision != .float32 { metadata[StoredPrecision.key] = precision.rawValue }
      let header = try SafetensorsFile.header(for: layouts, metadata: metadata, path: path)
      return layouts.reduce(header.count) { $0 + $1.byteCount }
    }

    /// Writes the file, whole or not at all, into reserved room if there is some.
    func write(to path: String, into room: ReservedRoom? = nil) throws(StorageError) {
      try AtomicFile.write(to: path, into: room) {
        (output: borrowing AtomicFile.Output) throws(StorageError) in
        try output.write(header)
        for tensor in tensors { try tensor.write(to: output) }
      }
    }
  }

  /// The length of the header and the header, for tensors in the order in which their values follow.
  private static func header(
    for tensors: [TensorLayout], metadata: [CodePoints: String], path: String
  ) throws(StorageError) -> [UInt8] {
    if let name = firstRepeated(tensors.map(\.name)) {
      throw StorageError(.mismatch, path: path, expected: "every tensor once", found: "\(quoted(name)) twice")
    }
    var json: [UInt8] = [UInt8(ascii: "{")]
    if !metadata.isEmpty {
      appendJSONString(SafetensorsHeader.metadataKey, to: &json)
      json += Array(":{".utf8)
      for (index, key) in metadata.keys.sorted().enumerated() {
        if index > 0 { json.append(UInt8(ascii: ",")) }
        appendJSONString(key.text, to: &json)
        json.append(UInt8(ascii: ":"))
        appendJSONString(metadata[key]!, to: &json)
      }
      json.append(UInt8(ascii: "}"))
    }
    var offset = 0
    for tensor in tensors {
      if json.count > 1 { json.append(UInt8(ascii: ",")) }
      let end = offset + tensor.byteCount
      appendJSONString(tensor.name, to: &json)
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      json += Array(
        #":{"dtype":"\#(tensor.type.rawValue)","shape":[\#(shape)],"data_offsets":[\#(offset),\#(end)]}"#.utf8
      )
      offset = end
    }
    json.append(UInt8(ascii: "}"))
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    guard json.count <= SafetensorsHeader.sizeLimit else {
      throw StorageError(
        .unsupported, path: path, expected: "a header of at most \(SafetensorsHeader.sizeLimit) bytes",
        found: "names and texts of \(json.count)")
    }
    return (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) } + json
  }

  static func check(_ tensor: NamedTensor, path: String) throws(StorageError) {
    guard !tensor.name.hasSameCodePoints(as: SafetensorsHeader.metadataKey) else {
      throw StorageError(
        .mismatch, path: path, expected: "the name of a tensor",
        found: "\(quoted(tensor.name)), which is reserved")
    }
    guard !tensor.shape.contains(where: { $0 < 0 }),
      product(of: tensor.shape, times: 1) == tensor.values.count
    else {
      throw StorageError(
        .mismatch, path: path,
        expected: "as many values for \(quoted(tensor.name)) as its shape \(tensor.shape) has",
        found: "\(tensor.values.count)")
    }
  }
}
