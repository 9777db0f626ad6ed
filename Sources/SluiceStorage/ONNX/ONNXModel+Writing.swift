extension ONNXModel {
  /// Writes the model, whole or not at all (see `AtomicFile`).
  ///
  /// - Throws: `StorageError` if the file cannot be written, or is larger than the 2 GiB that a protocol buffer can be.
  package func write(to path: String) throws(StorageError) {
    let bytes = encoded
    guard bytes.count <= Int(Int32.max) else {
      throw StorageError(
        .unsupported, path: path,
        expected: "a model of at most \(Int32.max) bytes, as ONNX allows in one file",
        found: "\(bytes.count)", advice: "Export it as arrays, or for PyTorch.")
    }
    try AtomicFile.write(bytes, to: path)
  }

  /// The message `ModelProto`.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendField(1, Self.intermediateRepresentation)
    bytes.appendField(2, producer.name)
    bytes.appendField(3, producer.version)
    bytes.appendMessage(7) { graph.encode(into: &$0) }
    bytes.appendMessage(8) {
      $0.appendField(1, "")
      $0.appendField(2, Self.operatorSet)
    }
    for text in metadata {
      bytes.appendMessage(14) {
        $0.appendField(1, text.key)
        $0.appendField(2, text.value)
      }
    }
    return bytes
  }
}

extension ONNXGraph {
  /// The message `GraphProto`.
  fileprivate func encode(into bytes: inout [UInt8]) {
    for node in nodes { bytes.appendMessage(1) { node.encode(into: &$0) } }
    bytes.appendField(2, name)
    for tensor in initializers { bytes.appendMessage(5) { tensor.encode(into: &$0) } }
    for port in inputs { bytes.appendMessage(11) { port.encode(into: &$0) } }
    for port in outputs { bytes.appendMessage(12) { port.encode(into: &$0) } }
  }
}

extension ONNXNode {
  /// The message `NodeProto`.
  fileprivate func encode(into bytes: inout [UInt8]) {
    for input in inputs { bytes.appendField(1, input) }
    for output in outputs { bytes.appendField(2, output) }
    bytes.appendField(3, name)
    bytes.appendField(4, type)
    for attribute in attributes { bytes.appendMessage(5) { attribute.encode(into: &$0) } }
  }
}

extension ONNXAttribute {
  /// The message `AttributeProto`. Its field 20 says which kind of value there is.
  fileprivate func encode(into bytes: inout [UInt8]) {
    bytes.appendField(1, name)
    switch value {
    case .float(let value):
      bytes.appendField(2, value)
      bytes.appendField(20, Int64(1))
    case .integer(let value):
      bytes.appendField(3, Int64(value))
      bytes.appendField(20, Int64(2))
    case .text(let value):
      bytes.appendField(4, value)
      bytes.appendField(20, Int64(3))
    case .graph(let value):
      bytes.appendMessage(6) { value.encode(into: &$0) }
      bytes.appendField(20, Int64(5))
    case .integers(let values):
      for value in values { bytes.appendField(8, Int64(value)) }
      bytes.appendField(20, Int64(7))
    case .texts(let values):
      for value in values { bytes.appendField(9, value) }
      bytes.appendField(20, Int64(8))
    }
  }
}

extension ONNXPort {
  /// The message `ValueInfoProto`, of a tensor.
  fileprivate func encode(into bytes: inout [UInt8]) {
    bytes.appendField(1, name)
    bytes.appendMessage(2) { type in
      type.appendMessage(1) { tensor in
        tensor.appendField(1, element.rawValue)
        tensor.appendMessage(2) { shape in
          for extent in self.shape {
            shape.appendMessage(1) { dimension in
              switch extent {
              case .size(let size): dimension.appendField(1, Int64(size))
              case .named(let name): dimension.appendField(2, name)
              }
            }
          }
        }
      }
    }
  }
}

extension ONNXTensor {
  /// The message `TensorProto`, with the elements as raw bytes, the lowest first.
  fileprivate func encode(into bytes: inout [UInt8]) {
    for size in shape { bytes.appendField(1, Int64(size)) }
    var raw: [UInt8] = []
    switch values {
    case .floats(let values):
      bytes.appendField(2, ONNXElement.float.rawValue)
      raw.reserveCapacity(4 * values.count)
      for value in values { raw.appendFixed(value.bitPattern) }
    case .int64(let values):
      bytes.appendField(2, ONNXElement.int64.rawValue)
      for value in values { raw.appendFixed(UInt64(bitPattern: Int64(value))) }
    }
    bytes.appendField(8, name)
    bytes.appendField(9, raw)
  }
}
