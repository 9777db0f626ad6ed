import SluiceCore

/// A model as ONNX holds it, for writing: a graph of operators with the numbers they use, and texts beside it.
///
/// The messages are those of `onnx.proto` (https://onnx.ai/onnx/repo-docs/IR.html); what the operators compute says
/// https://onnx.ai/onnx/operators.
package struct ONNXModel: Sendable {
  /// The form of the file: 8 came with the operators of `operatorSet` 17, in 2022, and every runtime since reads it.
  static let intermediateRepresentation: Int64 = 8
  /// The version of the operators.
  package static let operatorSet: Int64 = 17

  package var graph: ONNXGraph
  /// Texts for the programs that use the model, in their order.
  package var metadata: [(key: String, value: String)] = []
  package var producer = (name: "sluice", version: "")

  package init(_ graph: ONNXGraph) { self.graph = graph }
}

/// Nodes in the order of their computation, each of which names what it reads and what it gives.
package struct ONNXGraph: Sendable {
  package var name: String
  package var nodes: [ONNXNode] = []
  /// Numbers that are part of the model.
  package var initializers: [ONNXTensor] = []
  package var inputs: [ONNXPort] = []
  package var outputs: [ONNXPort] = []

  package init(name: String) { self.name = name }
}

/// One operator.
package struct ONNXNode: Sendable {
  package var name: String
  package var type: String
  /// The names of what is read; an empty one stands for an input that is left out.
  package var inputs: [String]
  package var outputs: [String]
  package var attributes: [ONNXAttribute]

  package init(
    name: String, type: String, inputs: [String], outputs: [String], attributes: [ONNXAttribute] = []
  ) {
    self.name = name
    self.type = type
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
  }
}

/// A setting of an operator.
package struct ONNXAttribute: Sendable {
  package enum Value: Sendable {
    case integer(Int)
    case integers([Int])
    case float(Float)
    case text(String)
    case texts([String])
    case graph(ONNXGraph)
  }

  package var name: String
  package var value: Value

  package init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

/// The types of elements that models here use, by their numbers in `TensorProto.DataType`.
package enum ONNXElement: Int64, Sendable {
  case float = 1
  case int32 = 6
  case int64 = 7
  case bool = 9
}

/// What goes into a graph or comes out of it.
package struct ONNXPort: Sendable {
  /// The size of a dimension, which may be known or have a name that stands for the same size wherever it is met.
  package enum Extent: Sendable {
    case size(Int)
    case named(String)
  }

  package var name: String
  package var element: ONNXElement
  package var shape: [Extent]

  package init(_ name: String, _ element: ONNXElement, _ shape: [Extent]) {
    self.name = name
    self.element = element
    self.shape = shape
  }
}

/// Numbers that are part of a model, row-major.
package struct ONNXTensor: Sendable {
  package enum Values: Sendable {
    case floats([Float])
    case int64([Int])

    var count: Int {
      switch self {
      case .floats(let values): values.count
      case .int64(let values): values.count
      }
    }
  }

  package var name: String
  package var shape: [Int]
  package var values: Values

  package init(_ name: String, _ shape: [Int], _ values: Values) {
    require(shape.reduce(1, *) == values.count, "A tensor has as many values as its shape says.")
    self.name = name
    self.shape = shape
    self.values = values
  }
}
