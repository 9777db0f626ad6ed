import SluiceCore
import SluiceLayers
import SluiceStorage

/// A tensor that one operator of a graph gives and others read.
struct GraphValue: Sendable, Hashable {
  let name: String

  /// What stands for an input that is left out.
  static let none = GraphValue(name: "")
}

/// Writes down a model as a graph of ONNX, operator by operator in the order of their computation.
///
/// Every value has a name of its own, those inside of a loop's body too, so that a body can read what lies outside.
struct GraphBuilder {
  private(set) var graph: ONNXGraph
  private var counts: [String: Int] = [:]
  private var integers: [[Int]: GraphValue] = [:]
  private var weights: [String: GraphValue] = [:]

  init(named name: String) { graph = ONNXGraph(name: name) }

  // MARK: Inputs and outputs

  /// A tensor that is given to the model.
  mutating func input(_ name: String, _ element: ONNXElement, _ shape: [ONNXPort.Extent]) -> GraphValue {
    graph.inputs.append(ONNXPort(name, element, shape))
    return GraphValue(name: name)
  }

  /// Says that `value`, of floats, is an answer of the model, under this name.
  mutating func output(_ name: String, _ value: GraphValue, _ shape: [ONNXPort.Extent]) {
    graph.outputs.append(ONNXPort(name, .float, shape))
    graph.nodes.append(
      ONNXNode(
        name: "output_\(name)", type: "Identity", inputs: [value.name], outputs: [name]))
  }

  // MARK: Numbers

  /// Weights that are part of the model; asked for a second time by the same name they are the same.
  mutating func weight(_ name: String, _ shape: [Int], _ values: @autoclosure () -> [Float]) -> GraphValue {
    if let known = weights[name] { return known }
    graph.initializers.append(ONNXTensor(name, shape, .floats(values())))
    let value = GraphValue(name: name)
    weights[name] = value
    return value
  }

  /// The values of a parameter under its own name, in its own shape.
  mutating func weight(_ handle: ParameterHandle, _ parameters: borrowing Parameters) -> GraphValue {
    weight(parameters[handle].name, parameters[handle].shape.array, parameters.values(of: handle).array)
  }

  /// A single number.
  mutating func number(_ value: Float) -> GraphValue { weight("number_\(value)", [], [value]) }

  /// Whole numbers in a row, such as axes or sizes.
  mutating func integers(_ values: [Int]) -> GraphValue {
    if let known = integers[values] { return known }
    let name = "integers_" + values.map(String.init).joined(separator: "_")
    graph.initializers.append(ONNXTensor(name, [values.count], .int64(values)))
    let value = GraphValue(name: name)
    integers[values] = value
    return value
  }

  /// A single whole number.
  mutating func integer(_ value: Int) -> GraphValue {
    let name = "integer_\(value)"
    if !graph.initializers.contains(where: { $0.name == name }) {
      graph.initializers.append(ONNXTensor(name, [], .int64([value])))
    }
    return GraphValue(name: name)
  }

  // MARK: Operators

  /// What an operator of one output gives.
  mutating func add(
    _ type: String, _ inputs: [GraphValue], _ attributes: [ONNXAttribute] = []
  ) -> GraphValue {
    add(type, inputs, outputs: 1, attributes)[0]
  }

  /// What an operator gives.
  mutating func add(
    _ type: String, _ inputs: [GraphValue], outputs count: Int, _ attributes: [ONNXAttribute] = []
  ) -> [GraphValue] {
    let name = fresh(type)
    let outputs = (0..<count).map { count == 1 ? name : "\(name)_\($0)" }
    graph.nodes.append(
      ONNXNode(
        name: "node_\(name)", type: type, inputs: inputs.map(\.name), outputs: outputs, attributes: attributes
      ))
    return outputs.map { GraphValue(name: $0) }
  }

  private mutating func fresh(_ type: String) -> String {
    counts[type, default: 0] += 1
    return "\(type)_\(counts[type]!)"
  }

  /// A loop over the first dimension: `body` gets the states before a step and a slice of each input, and returns the states
  /// after it, the first of which is also kept for every step.
  ///
  /// - Parameters:
  ///   - states: what the loop begins with, [sequences, width] each.
  ///   - inputs: what it goes through, with the element and the shape of a slice.
  ///   - isReversed: go from the last slice to the first; what is kept stays at the place of its step.
  /// - Returns: the states at the end, and the first state after every step.
  mutating func scan(
    states: [(value: GraphValue, width: Int)],
    inputs: [(value: GraphValue, element: ONNXElement, width: Int)], isReversed: Bool,
    _ body: (inout GraphBuilder, _ states: [GraphValue], _ slices: [GraphValue]) -> [GraphValue]
  ) -> (finals: [GraphValue], steps: GraphValue) {
    let sequences = ONNXPort.Extent.named("sequences")
    let outside = graph.nodes
    graph.nodes = []
    let name = fresh("Scan")
    var inner = ONNXGraph(name: "\(name)_body")
    for (i, state) in states.enumerated() {
      inner.inputs.append(ONNXPort("\(name)_state_\(i)", .float, [sequences, .size(state.width)]))
    }
    for (i, input) in inputs.enumerated() {
      inner.inputs.append(ONNXPort("\(name)_slice_\(i)", input.element, [sequences, .size(input.width)]))
    }
    let ports = inner.inputs.map { GraphValue(name: $0.name) }
    var results = body(&self, Array(ports[..<states.count]), Array(ports[states.count...]))
    results.append(add("Identity", [results[0]]))
    for (i, result) in results.enumerated() {
      let width = i < states.count ? states[i].width : states[0].width
      inner.outputs.append(ONNXPort(result.name, .float, [sequences, .size(width)]))
    }
    inner.nodes = graph.nodes
    graph.nodes = outside
    let outputs = (0...states.count).map { "\(name)_\($0)" }
    graph.nodes.append(
      ONNXNode(
        name: "node_\(name)", type: "Scan", inputs: (states.map(\.value) + inputs.map(\.value)).map(\.name),
        outputs: outputs,
        attributes: [
          ONNXAttribute("body", .graph(inner)), ONNXAttribute("num_scan_inputs", .integer(inputs.count)),
          ONNXAttribute(
            "scan_input_directions", .integers(Array(repeating: isReversed ? 1 : 0, count: inputs.count))),
          ONNXAttribute("scan_output_directions", .integers([isReversed ? 1 : 0])),
        ]))
    let values = outputs.map { GraphValue(name: $0) }
    return (Array(values.dropLast()), values[states.count])
  }
}
