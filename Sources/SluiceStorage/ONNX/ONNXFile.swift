import SluiceCore

/// What a file of ONNX holds, for people to look at: inputs and outputs, operators, weights and texts.
public struct ONNXFile: Sendable {
  /// A tensor that goes into a model or comes out of it.
  public struct Port: Sendable, Equatable {
    public var name = ""
    /// The type of the elements, such as `float32`; empty for what is no tensor.
    public var type = ""
    /// The sizes of the dimensions, numbers or names, `?` for one without either; nil where nothing is said.
    public var shape: [String]?
  }

  /// The file that was read, as the caller spelled it.
  public let path: String
  /// The program that wrote it, and its version.
  public private(set) var producer = ""
  /// The version of the operators, by the name of their set; that of ONNX itself is the empty one.
  public private(set) var operatorSets: [(domain: String, version: Int)] = []
  /// What the model is given, weights left out.
  public private(set) var inputs: [Port] = []
  /// What the model answers.
  public private(set) var outputs: [Port] = []
  /// How often each operator occurs, those of loops' bodies included.
  public private(set) var operators: [String: Int] = [:]
  /// The number of weights, and of their elements.
  public private(set) var weights = (tensors: 0, elements: 0.0)
  /// The texts beside the model, in their order.
  public private(set) var metadata: [(key: String, value: String)] = []
  private var initializers: Set<String> = []

  /// Reads a model.
  ///
  /// - Throws: `StorageError`: `damaged` for a file that is no model of ONNX.
  public init(path: String) throws(StorageError) {
    let file = try File.reading(path)
    guard let model = Self(path: path, try file.bytes(at: 0, count: try file.size())) else {
      throw StorageError(
        .damaged, path: path, expected: "a model of ONNX", found: "bytes that are none",
        advice: "The file is incomplete or of another format.")
    }
    self = model
  }

  /// Nil for bytes that are no model.
  init?(path: String, _ bytes: [UInt8]) {
    self.path = path
    var (name, version, hasGraph) = ("", "", false)
    let isMessage = ProtocolBufferReader.forEach(bytes[...]) { number, value in
      switch number {
      case 2: name = value.text ?? ""
      case 3: version = value.text ?? ""
      case 7:
        hasGraph = true
        return value.slice.map { readGraph($0, depth: 0) } ?? false
      case 8: return value.slice.map { readOperatorSet($0) } ?? false
      case 14: return value.slice.map { readText($0) } ?? false
      default: break
      }
      return true
    }
    guard isMessage, hasGraph else { return nil }
    producer = version.isEmpty ? name : "\(name) \(version)"
    inputs.removeAll { initializers.contains($0.name) }
  }

  private mutating func readGraph(_ bytes: ArraySlice<UInt8>, depth: Int) -> Bool {
    guard depth < 16 else { return false }
    return ProtocolBufferReader.forEach(bytes) { number, value in
      guard let part = value.slice else { return ![1, 5, 11, 12].contains(number) }
      switch number {
      case 1: return readNode(part, depth: depth)
      case 5: return readWeight(part)
      case 11, 12:
        guard let port = Port(part) else { return false }
        if depth == 0, number == 11 { inputs.append(port) }
        if depth == 0, number == 12 { outputs.append(port) }
        return true
      default: return true
      }
    }
  }

  private mutating func readNode(_ bytes: ArraySlice<UInt8>, depth: Int) -> Bool {
    ProtocolBufferReader.forEach(bytes) { number, value in
      if number == 4 { operators[value.text ?? "", default: 0] += 1 }
      guard number == 5, let attribute = value.slice else { return number != 5 }
      return ProtocolBufferReader.forEach(attribute) { number, value in
        guard number == 6 || number == 11 else { return true }
        return value.slice.map { readGraph($0, depth: depth + 1) } ?? false
      }
    }
  }

  private mutating func readWeight(_ bytes: ArraySlice<UInt8>) -> Bool {
    var elements = 1.0
    let isMessage = ProtocolBufferReader.forEach(bytes) { number, value in
      switch number {
      case 1:
        if let size = value.integer {
          elements *= Double(size)
        } else {
          return packed(value) { elements *= $0 }
        }
      case 8: initializers.insert(value.text ?? "")
      default: break
      }
      return true
    }
    weights.tensors += 1
    weights.elements += elements
    return isMessage
  }

  /// Sizes that are packed into one field.
  private func packed(_ value: ProtocolBufferReader.Value, _ body: (Double) -> Void) -> Bool {
    guard let bytes = value.slice else { return false }
    var (size, shift) = (UInt64(0), UInt64(0))
    for byte in bytes {
      guard shift < 64 else { return false }
      size |= UInt64(byte & 0x7F) << shift
      shift += 7
      if byte < 0x80 {
        body(Double(size))
        (size, shift) = (0, 0)
      }
    }
    return shift == 0
  }

  private mutating func readOperatorSet(_ bytes: ArraySlice<UInt8>) -> Bool {
    var set = (domain: "", version: 0)
    defer { operatorSets.append(set) }
    return ProtocolBufferReader.forEach(bytes) { number, value in
      if number == 1 { set.domain = value.text ?? "" }
      if number == 2 { set.version = value.integer.map { Int($0) } ?? 0 }
      return true
    }
  }

  private mutating func readText(_ bytes: ArraySlice<UInt8>) -> Bool {
    var text = (key: "", value: "")
    defer { metadata.append(text) }
    return ProtocolBufferReader.forEach(bytes) { number, value in
      if number == 1 { text.key = value.text ?? "" }
      if number == 2 { text.value = value.text ?? "" }
      return true
    }
  }
}

extension ONNXFile.Port {
  /// The names of `TensorProto.DataType`, by their numbers.
  private static let types = [
    "", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16",
    "float64", "uint32",
    "uint64", "complex64", "complex128", "bfloat16",
  ]

  /// Reads a `ValueInfoProto`; nil for bytes that are none.
  fileprivate init?(_ bytes: ArraySlice<UInt8>) {
    self.init()
    let isMessage = ProtocolBufferReader.forEach(bytes) { number, value in
      if number == 1 { name = value.text ?? "" }
      guard number == 2 else { return true }
      return value.slice.map { readType($0) } ?? false
    }
    if !isMessage { return nil }
  }

  private mutating func readType(_ bytes: ArraySlice<UInt8>) -> Bool {
    ProtocolBufferReader.forEach(bytes) { number, value in
      guard number == 1 else { return true }
      guard let tensor = value.slice else { return false }
      return ProtocolBufferReader.forEach(tensor) { number, value in
        if number == 1, let type = value.integer {
          self.type = Self.types.indices.contains(Int(type)) ? Self.types[Int(type)] : "type \(type)"
        }
        guard number == 2 else { return true }
        shape = []
        return value.slice.map { readShape($0) } ?? false
      }
    }
  }

  private mutating func readShape(_ bytes: ArraySlice<UInt8>) -> Bool {
    ProtocolBufferReader.forEach(bytes) { number, value in
      guard number == 1, let dimension = value.slice else { return number != 1 }
      var extent = "?"
      let isMessage = ProtocolBufferReader.forEach(dimension) { number, value in
        if number == 1, let size = value.integer { extent = "\(size)" }
        if number == 2, let name = value.text, !name.isEmpty { extent = name }
        return true
      }
      shape?.append(extent)
      return isMessage
    }
  }
}
