import SluiceCore
import Synchronization

/// A safetensors file, opened for reading.
///
/// Opening reads and checks the header: its length, its JSON, every name once, shapes that agree with their
/// bytes, and bytes that tile the rest of the file without gap or overlap. As in the reference reader,
/// `__metadata__` may be null, and keys of a tensor that the format does not know are passed over. Element types
/// that are not known are listed too. Values are read when asked for. Several threads may read at a time.
///
/// A file with a checksum of its contents (see `checksum`) is checked before the first value is read.
public final class SafetensorsFile: Sendable {
  /// The file that is read, as the caller spelled it.
  public let path: String
  /// The tensors in the order of their bytes.
  public let tensors: [TensorEntry]
  /// The texts of `__metadata__`, by keys that are compared by their code points.
  public let metadata: [CodePoints: String]

  /// The bytes of the file.
  public let byteCount: Int

  private let file: File
  /// The whole file in memory; nil where the system does not show it.
  private let mapping: MappedFile?
  /// Where the data begin in the file.
  private let dataStart: Int
  /// Positions in `tensors`, in the order of the names' bytes.
  private let byName: [Int]
  /// Whether the contents are known to agree with the checksum.
  private let isVerified = Mutex(false)

  /// Opens the file and checks it.
  ///
  /// - Complexity: time and memory in proportion to the header, however large the tensors are.
  public init(path: String) throws(StorageError) {
    self.path = path
    file = try File.reading(path)
    let size = try file.size()
    guard size >= 8 else {
      throw StorageError(
        .truncated, path: path, expected: "at least 8 bytes of safetensors", found: "\(size)",
        advice: "The file is incomplete or of another format.")
    }
    let length = try file.bytes(at: 0, count: 8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(SafetensorsHeader.sizeLimit) else {
      throw .damaged(
        path, expected: "a header of at most \(SafetensorsHeader.sizeLimit) bytes", found: "\(length)")
    }
    dataStart = 8 + Int(length)
    guard dataStart <= size else {
      throw StorageError(
        .truncated, path: path, expected: "a header of \(length) bytes", found: "\(size - 8)",
        advice: "The file is incomplete or of another format.")
    }
    byteCount = size
    mapping = file.mapped(byteCount: size)
    let json = try file.bytes(at: 8, count: Int(length))
    let header = try SafetensorsHeader(parsing: json, dataSize: size - dataStart, path: path)
    tensors = header.tensors
    metadata = header.metadata
    byName = header.tensors.indices.sorted {
      header.tensors[$0].name.precedesByCodePoints(header.tensors[$1].name)
    }
  }

  /// The tensor called `name`, compared by its code points; nil when there is none.
  ///
  /// - Complexity: O(log n) comparisons.
  public subscript(name: String) -> TensorEntry? {
    var low = 0
    var high = byName.count
    while low < high {
      let middle = (low + high) / 2
      if tensors[byName[middle]].name.precedesByCodePoints(name) { low = middle + 1 } else { high = middle }
    }
    guard low < byName.count, tensors[byName[low]].name.hasSameCodePoints(as: name) else { return nil }
    return tensors[byName[low]]
  }

  /// The tensor called `name`, or an error that says which names there are.
  public func entry(_ name: String) throws(StorageError) -> TensorEntry {
    if let entry = self[name] { return entry }
    let shown = tensors.prefix(12).map { quoted($0.name) }.joined(separator: ", ")
    let more = tensors.count > 12 ? " and \(tensors.count - 12) more" : ""
    throw StorageError(
      .mismatch, path: path, expected: "a tensor \(quoted(name))",
      found: tensors.isEmpty ? "no tensor at all" : "only \(shown)\(more)",
      advice: "The file belongs to another model.")
  }

  /// Throws unless there is a tensor `name` of `shape` that can be read as floats. To check a whole model
  /// before any of its memory is changed.
  @discardableResult
  public func check(_ name: String, shape: [Int]) throws(StorageError) -> TensorEntry {
    let entry = try entry(name)
    guard entry.shape == shape else {
      throw StorageError(
        .mismatch, path: path, expected: "\(quoted(name)) of shape \(shape)", found: "\(entry.shape)",
        advice: "The file belongs to a model of other sizes.")
    }
    try check(
      entry, entry.type.readsAsFloat || scales(of: entry) != nil,
      "floats (F16, BF16, F32 or F64), or rows of I8 with scales")
    return entry
  }

  /// Reads the tensor `name` into memory of the caller.
  ///
  /// F32 is copied; F16 and BF16 are converted exactly; F64 is rounded to nearest, to infinity beyond the
  /// range of `Float`. When the device fails in the middle, a part of `floats` has been overwritten.
  ///
  /// - Precondition: `floats` has as many elements as `shape`.
  public func read(_ name: String, shape: [Int], into floats: Floats) throws(StorageError) {
    let entry = try check(name, shape: shape)
    try verify()
    require(floats.count == entry.count, "The memory for a tensor needs as many floats as its shape.")
    #if _endian(little)
      if entry.type == .float32 {
        let memory = unsafe UnsafeMutableRawBufferPointer(start: floats.pointer, count: entry.bytes.count)
        return try unsafe file.read(at: dataStart + entry.bytes.lowerBound, into: memory)
      }
    #endif
    if scales(of: entry) != nil {
      for (index, value) in try self.floats(name).enumerated() { floats[index] = value }
      return
    }
    let size = entry.elementSize
    try forEachChunk(of: entry) { chunk, first, count in
      for index in 0..<count {
        floats[first + index] = entry.type.float(chunk, at: index * size)!
      }
      return true
    }
  }

  /// The scales of the rows of a tensor of bytes; nil for any other tensor, and where there are none.
  private func scales(of entry: TensorEntry) -> TensorEntry? {
    guard entry.type == .int8, entry.shape.count >= 2,
      let scales = self[StoredPrecision.scaleName(of: entry.name)], scales.type == .float32,
      scales.shape == Array(entry.shape.dropLast()) || scales.shape == StoredPrecision.scaleShape(entry.shape)
    else { return nil }
    return scales
  }

  /// The rows of a tensor of bytes that share a scale. In files of earlier versions each row has its own, however short.
  private func rowsOfScale(_ entry: TensorEntry, _ scales: TensorEntry) -> Int {
    scales.shape == Array(entry.shape.dropLast())
      ? 1 : StoredPrecision.rowsOfScale(columns: entry.shape.last ?? 1)
  }

  /// The bytes of all tensors.
  public var tensorByteCount: Int { tensors.reduce(0) { $0 + $1.bytes.count } }

  /// The texts of `__metadata__` but for those that a save of a run adds.
  package var ownTexts: [CodePoints: String] {
    let added = [
      RunDirectory.descriptionKey, StoredPrecision.key, ContentsCheck.statementKey, ContentsCheck.digitsKey,
    ]
    return metadata.filter { !added.contains($0.key) }
  }

  /// The tensors of numbers of a model: not the scales that belong to another tensor.
  package var modelTensors: [TensorEntry] {
    let scaled = Set(tensors.compactMap { scales(of: $0)?.name }.map { CodePoints($0) })
    return tensors.filter { !scaled.contains(CodePoints($0.name)) }
  }

  /// A tensor of bytes with a scale for each row, where it lies in the file; nil for any other tensor, and where the system does not
  /// show the file in memory.
  package func byteRows(_ name: String, shape: [Int]) throws(StorageError) -> ByteRows? {
    let entry = try check(name, shape: shape)
    guard let scales = scales(of: entry) else { return nil }
    try verify()
    #if _endian(little)
      guard
        let bytes = mapping?.elements(
          Int8.self, at: dataStart + entry.bytes.lowerBound, count: entry.count),
        let factors = mapping?.elements(
          Float.self, at: dataStart + scales.bytes.lowerBound, count: scales.count)
      else { return nil }
      let rows = shape.dropLast().reduce(1, *)
      return ByteRows(
        bytes, scales: factors, rows: rows, columns: shape.last ?? 1, rowsOfScale: rowsOfScale(entry, scales))
    #else
      return nil
    #endif
  }

  /// The values of the tensor `name` where they lie in the file, without a copy; nil where they are none of F32, or the system
  /// does not show the file in memory, and `read` has to copy them.
  ///
  /// - Precondition: as long as the view is used nobody writes into the file. One that is replaced as a whole, as `write` does, may
  ///   be.
  package func view(_ name: String, shape: [Int]) throws(StorageError) -> Floats? {
    let entry = try check(name, shape: shape)
    try verify()
    #if _endian(little)
      guard entry.type == .float32 else { return nil }
      return mapping?.elements(Float.self, at: dataStart + entry.bytes.lowerBound, count: entry.count)
    #else
      return nil
    #endif
  }

  /// The values of the tensor `name`, row-major, converted like `read(_:shape:into:)`.
  public func floats(_ name: String) throws(StorageError) -> [Float] {
    let entry = try entry(name)
    try check(name, shape: entry.shape)
    try verify()
    var values = [Float](repeating: 0, count: entry.count)
    if let scales = scales(of: entry) {
      let factors = try floats(scales.name)
      let numbers = max(entry.shape.last ?? 1, 1) * rowsOfScale(entry, scales)
      try forEachChunk(of: entry) { chunk, first, count in
        for index in 0..<count {
          values[first + index] = Float(Int8(bitPattern: chunk[index])) * factors[(first + index) / numbers]
        }
        return true
      }
      return values
    }
    let size = entry.elementSize
    try forEachChunk(of: entry) { chunk, first, count in
      for index in 0..<count {
        values[first + index] = entry.type.float(chunk, at: index * size)!
      }
      return true
    }
    return values
  }

  /// The values of the tensor `name`, row-major, of a type of whole numbers (BOOL as 0 and 1).
  public func integers(_ name: String) throws(StorageError) -> [Int64] {
    let entry = try entry(name)
    try check(entry, entry.type.readsAsInteger, "whole numbers")
    try verify()
    var values = [Int64](repeating: 0, count: entry.count)
    let size = entry.elementSize
    let allFit = try forEachChunk(of: entry) { chunk, first, count in
      for index in 0..<count {
        guard let value = entry.type.integer(chunk, at: index * size) else { return false }
        values[first + index] = value
      }
      return true
    }
    guard allFit else {
      throw StorageError(
        .unsupported, path: path, expected: "\(quoted(name)) to hold whole numbers of 64 bits with a sign",
        found: "a larger one")
    }
    return values
  }

  // MARK: Checksum

  /// The checksum that the file stores of its contents, or nil: a CRC-32C in eight hexadecimal digits of the names, types, shapes
  /// and bytes of all tensors and of the other texts. Models of the same contents have the same.
  ///
  /// That the contents agree with it is known after `verify()` or when a value has been read.
  public var checksum: String? { ContentsCheck.checksum(in: metadata) }

  /// Throws `damaged` unless the contents agree with the stored checksum; does nothing for a file without one. The functions
  /// that read values call it, so that no value of a damaged file is used.
  ///
  /// - Complexity: reads the whole file once, at more than 1 GB a second where it is in memory; afterwards nothing.
  public func verify() throws(StorageError) {
    guard ContentsCheck.isClaimed(by: metadata), !isVerified.withLock({ $0 }) else { return }
    guard let checksum else {
      throw damaged(expected: "a checksum of the contents that is whole", found: "a part of one")
    }
    var check = ContentsCheck(metadata: metadata)
    for position in byName {
      let tensor = tensors[position]
      check.begin(tensor.name, tensor.type.rawValue, tensor.shape)
      if let bytes = mapping?.elements(
        Int8.self, at: dataStart + tensor.bytes.lowerBound, count: tensor.bytes.count)
      {
        check.value.update(bytes)
        continue
      }
      var offset = tensor.bytes.lowerBound
      while offset < tensor.bytes.upperBound {
        let count = min(1 << 20, tensor.bytes.upperBound - offset)
        check.value.update(try file.bytes(at: dataStart + offset, count: count))
        offset += count
      }
    }
    guard check.value.hexadecimal == checksum else {
      throw damaged(expected: "contents with the checksum \(checksum)", found: check.value.hexadecimal)
    }
    isVerified.withLock { $0 = true }
  }

  private func damaged(expected: String, found: String) -> StorageError {
    StorageError(
      .damaged, path: path, expected: expected, found: found,
      advice: "The file has changed since it was written: fetch it again, or make it again.")
  }

  private func check(_ entry: TensorEntry, _ holds: Bool, _ expected: String) throws(StorageError) {
    guard holds else {
      throw StorageError(
        .unsupported, path: path, expected: "\(quoted(entry.name)) as \(expected)",
        found: entry.type.explanation, advice: "Convert the tensor first, with the tool that wrote the file.")
    }
  }

  /// Gives the bytes of a tensor to `body` part by part, with the index of the part's first element and the
  /// number of its elements, until it returns false. Returns whether it never did.
  @discardableResult
  private func forEachChunk(
    of entry: TensorEntry, _ body: ([UInt8], _ first: Int, _ count: Int) -> Bool
  ) throws(StorageError) -> Bool {
    let size = entry.elementSize
    let most = 1 << 14
    var first = 0
    while first < entry.count {
      let count = min(most, entry.count - first)
      let chunk = try file.bytes(at: dataStart + entry.bytes.lowerBound + first * size, count: count * size)
      guard body(chunk, first, count) else { return false }
      first += count
    }
    return true
  }
}
