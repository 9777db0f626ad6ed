import Foundation

/// A message of protocol buffers, read without the library: for tests of what it writes.
struct ReadMessage {
  enum Value {
    case number(Int64)
    case bits(UInt32)
    case bytes([UInt8])
  }

  private(set) var fields: [(number: Int, value: Value)] = []

  /// Nil for bytes that are no message of the few kinds of fields that models have.
  init?(_ bytes: [UInt8]) {
    var next = 0
    func varint() -> UInt64? {
      var (value, shift) = (UInt64(0), UInt64(0))
      while next < bytes.count, shift < 64 {
        value |= UInt64(bytes[next] & 127) << shift
        next += 1
        if bytes[next - 1] < 128 { return value }
        shift += 7
      }
      return nil
    }
    while next < bytes.count {
      guard let key = varint() else { return nil }
      switch key & 7 {
      case 0:
        guard let value = varint() else { return nil }
        fields.append((Int(key >> 3), .number(Int64(bitPattern: value))))
      case 2:
        guard let count = varint(), next + Int(count) <= bytes.count else { return nil }
        fields.append((Int(key >> 3), .bytes(Array(bytes[next..<next + Int(count)]))))
        next += Int(count)
      case 5:
        guard next + 4 <= bytes.count else { return nil }
        let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[next + $1]) << UInt32(8 * $1) }
        fields.append((Int(key >> 3), .bits(bits)))
        next += 4
      default: return nil
      }
    }
  }

  func numbers(_ field: Int) -> [Int] {
    fields.compactMap {
      if $0.number == field, case .number(let value) = $0.value { Int(value) } else { nil }
    }
  }

  func bytes(_ field: Int) -> [[UInt8]] {
    fields.compactMap { if $0.number == field, case .bytes(let value) = $0.value { value } else { nil } }
  }

  func texts(_ field: Int) -> [String] { bytes(field).map { String(decoding: $0, as: UTF8.self) } }

  func messages(_ field: Int) -> [ReadMessage] { bytes(field).compactMap { ReadMessage($0) } }
}

/// A model of ONNX as its messages say, by the numbers of their fields in `onnx.proto`.
struct ReadModel {
  struct Node {
    let type: String
    let inputs: [String]
    let outputs: [String]
    let integers: [String: [Int]]
    let texts: [String: [String]]
    let body: Graph?
  }

  struct Tensor {
    let shape: [Int]
    let type: Int
    let bytes: [UInt8]

    var floats: [Float] {
      stride(from: 0, to: bytes.count, by: 4).map { start in
        Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) })
      }
    }
  }

  struct Graph {
    let nodes: [Node]
    let inputs: [String]
    let outputs: [String]
    let tensors: [String: Tensor]
    let tensorCount: Int

    init(_ message: ReadMessage) {
      nodes = message.messages(1).map { node in
        var (integers, texts, body) = ([String: [Int]](), [String: [String]](), Graph?.none)
        for attribute in node.messages(5) {
          let name = attribute.texts(1)[0]
          integers[name] = attribute.numbers(3) + attribute.numbers(8)
          texts[name] = attribute.texts(4) + attribute.texts(9)
          if let graph = attribute.messages(6).first { body = Graph(graph) }
        }
        return Node(
          type: node.texts(4)[0], inputs: node.texts(1), outputs: node.texts(2), integers: integers,
          texts: texts,
          body: body)
      }
      inputs = message.messages(11).map { $0.texts(1)[0] }
      outputs = message.messages(12).map { $0.texts(1)[0] }
      var tensors: [String: Tensor] = [:]
      for tensor in message.messages(5) {
        tensors[tensor.texts(8)[0]] = Tensor(
          shape: tensor.numbers(1), type: tensor.numbers(2)[0], bytes: tensor.bytes(9)[0])
      }
      self.tensors = tensors
      tensorCount = message.messages(5).count
    }

    /// All nodes, those of loops' bodies included.
    var allNodes: [Node] { nodes + nodes.flatMap { $0.body?.allNodes ?? [] } }
  }

  let graph: Graph
  let operatorSet: Int
  let texts: [String: String]

  init(path: String) throws {
    let message = ReadMessage(Array(try Data(contentsOf: URL(fileURLWithPath: path))))!
    graph = Graph(message.messages(7)[0])
    operatorSet = message.messages(8)[0].numbers(2)[0]
    texts = Dictionary(uniqueKeysWithValues: message.messages(14).map { ($0.texts(1)[0], $0.texts(2)[0]) })
  }

  /// A text of JSON beside the model.
  func json(_ key: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data((texts[key] ?? "").utf8), options: .fragmentsAllowed)
  }

  /// What is wrong with the graph: values that come from nowhere, come twice, or are of another size than their shape.
  var problems: [String] {
    var problems: [String] = []
    var known: Set<String> = []
    func define(_ name: String) { if !known.insert(name).inserted { problems.append("'\(name)' twice") } }
    func check(_ graph: Graph) {
      graph.inputs.forEach(define)
      graph.tensors.keys.forEach(define)
      if graph.tensors.count != graph.tensorCount { problems.append("a tensor twice") }
      for (name, tensor) in graph.tensors {
        let size = tensor.shape.reduce(1, *) * (tensor.type == 7 ? 8 : 4)
        if tensor.bytes.count != size {
          problems.append("'\(name)' of \(tensor.bytes.count) bytes, not \(size)")
        }
      }
      for node in graph.nodes {
        for input in node.inputs where !input.isEmpty && !known.contains(input) {
          problems.append("'\(input)' from nowhere")
        }
        if let body = node.body { check(body) }
        node.outputs.forEach(define)
      }
      for output in graph.outputs where !known.contains(output) { problems.append("no '\(output)'") }
    }
    check(graph)
    return problems
  }
}
