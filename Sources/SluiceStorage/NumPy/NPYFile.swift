/// One array as `numpy.save` writes it: `.npy`.
///
/// Floats of 16, 32 and 64 bits, whole numbers and truth values can be read, in either order of bytes and of indices. Other
/// types are listed.
public struct NPYFile: Sendable {
  /// The file that is read, as the caller spelled it.
  public let path: String
  /// The type of the elements as NumPy spells it, such as `<f4`.
  public let type: String
  /// The sizes of the dimensions; empty for a single number.
  public let shape: [Int]
  private let header: NPYHeader
  private let file: File

  /// Opens the file and checks its header.
  public init(path: String) throws(StorageError) {
    self.path = path
    file = try File.reading(path)
    header = try NPYHeader(parsing: try file.available(at: 0, atMost: 1 << 21), path: path)
    (type, shape) = (header.type, header.shape)
  }

  /// The elements as floats, row-major; those of 64 bits are rounded.
  public func floats() throws(StorageError) -> [Float] {
    try elements.floats(in: try file.bytes(at: 0, count: try file.size()))
  }

  /// The elements as whole numbers, row-major, truth values as 0 and 1.
  public func integers() throws(StorageError) -> [Int64] {
    try elements.integers(in: try file.bytes(at: 0, count: try file.size()))
  }

  private var elements: ArrayElements { ArrayElements(header: header, name: "the array", path: path) }
}
