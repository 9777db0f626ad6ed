import SluiceCore
import SluiceLayers
import SluiceStorage

/// What a recurrent net gives in a graph.
struct RecurrentValues {
  /// The states of the last level after every step: [steps, sequences, width]. Behind a sequence's end they mean nothing.
  var outputs: GraphValue
  /// For each level the states after the last step read: [directions, sequences, units].
  var finals: [GraphValue] = []
  /// The same of an LSTM's cell states.
  var finalCells: [GraphValue] = []
}

/// What the sequences of a graph are: how long each is, and which of the padded steps are its own.
struct RaggedSequences {
  /// The lengths as the operators take them, 32 bits wide: [sequences].
  let lengths: GraphValue
  /// Whether a step is within its sequence: [steps, sequences, 1].
  let mask: GraphValue
  /// Whether a sequence has a step: [sequences, 1].
  let isFilled: GraphValue
  /// The lengths as floats, those of empty sequences as 1: [sequences, 1].
  let divisors: GraphValue
}

extension GraphBuilder {
  /// What a net reads of texts: the inputs `characters`, padded ids, and `lengths`, how many are each text's own.
  ///
  /// - Parameter texts: how the first dimension is called.
  mutating func readCharacters(
    of texts: ONNXPort.Extent, _ embedding: Embedding, _ net: RecurrentNet, _ parameters: borrowing Parameters
  ) throws(ModelError) -> (values: RecurrentValues, sequences: RaggedSequences) {
    let characters = input("characters", .int64, [texts, .named("steps")])
    let lengths = input("lengths", .int64, [texts])
    // Step by step, and a step more that is no text's own: with it no loop and no maximum is over nothing where all texts are
    // empty.
    let ids = add("Pad", [transpose(characters, [1, 0]), integers([0, 0, 1, 0]), integer(0)])
    let sequences = sequences(lengths, of: ids)
    let letters = gather(weight(embedding.table, parameters), ids)
    return (try recurrent(net, letters, sequences, parameters), sequences)
  }

  /// What the operators need of `lengths` [sequences], of sequences that are padded to the steps of `x` [steps, sequences, …].
  mutating func sequences(_ lengths: GraphValue, of x: GraphValue) -> RaggedSequences {
    let steps = unsqueeze(counting(x, axis: 0), axes: [1, 2])
    let column = unsqueeze(lengths, axes: [1])
    let divisors = cast(add("Max", [column, integer(1)]), to: .float)
    return RaggedSequences(
      lengths: cast(lengths, to: .int32), mask: add("Less", [steps, column]),
      isFilled: add("Greater", [column, integer(0)]), divisors: divisors)
  }

  /// The layers of a net over padded sequences [steps, sequences, inputs], each read to its own length.
  ///
  /// A plain cell is one operator of ONNX for each level, which takes the lengths and both directions; a normalized one is
  /// a loop for each level and direction.
  ///
  /// - Parameter states: for each level the states to begin with, [directions, sequences, units], and of an LSTM the cell states.
  mutating func recurrent(
    _ net: RecurrentNet, _ x: GraphValue, _ sequences: RaggedSequences,
    from states: (states: [GraphValue], cells: [GraphValue])? = nil, _ parameters: borrowing Parameters
  ) throws(ModelError) -> RecurrentValues {
    guard net.options.zoneout == 0 else {
      throw ModelError(
        "Exporting a recurrent net", expected: "a cell that ONNX can express", got: "one with zoneout")
    }
    var result = RecurrentValues(outputs: x)
    for level in 0..<net.options.layers {
      let initial = states.map {
        (state: $0.states[level], cell: net.cell.hasCell ? $0.cells[level] : .none)
      }
      if net.cell.isNormalized {
        addNormalizedLevel(level, of: net, sequences, from: initial, &result, parameters)
      } else {
        addLevel(level, of: net, sequences, from: initial, &result, parameters)
      }
    }
    return result
  }

  /// One level of a plain cell.
  private mutating func addLevel(
    _ level: Int, of net: RecurrentNet, _ sequences: RaggedSequences,
    from initial: (state: GraphValue, cell: GraphValue)?, _ result: inout RecurrentValues,
    _ parameters: borrowing Parameters
  ) {
    let directions = net.options.direction.count
    let operation = RecurrentOperator(net.cell)
    let (rows, units) = (net.cell.gates * net.units, net.units)
    let inputs = net.layers[level * directions].inputs
    var (weights, recurrent, biases): ([Float], [Float], [Float]) = ([], [], [])
    for direction in 0..<directions {
      let layer = net.layers[level * directions + direction]
      weights += operation.ordered(layer.inputWeight.matrix(in: parameters), units: units)
      recurrent += operation.ordered(layer.recurrentWeight.matrix(in: parameters), units: units)
      biases += operation.ordered(parameters.values(of: layer.bias).array, units: units)
      biases += operation.ordered(stateBias(of: layer, parameters), units: units)
    }
    let name = "\(parameters.name(of: net.layer) ?? "net").level_\(level)"
    var values = [
      result.outputs, weight("\(name).W", [directions, rows, inputs], weights),
      weight("\(name).R", [directions, rows, units], recurrent),
      weight("\(name).B", [directions, 2 * rows], biases), sequences.lengths,
    ]
    if let initial { values += net.cell.hasCell ? [initial.state, initial.cell] : [initial.state] }
    let outputs = add(
      operation.type, values, outputs: net.cell.hasCell ? 3 : 2,
      [
        ONNXAttribute("hidden_size", .integer(units)),
        ONNXAttribute("direction", .text(net.options.direction.operatorName)),
      ] + operation.attributes(directions: directions))
    var finals = Array(outputs.dropFirst())
    if let initial {
      // What an operator says of a sequence without steps is not laid down; here it keeps its state.
      finals = zip(finals, [initial.state, initial.cell]).map { select(sequences.isFilled, $0, $1) }
    }
    result.outputs = sideBySide(outputs[0], directions: directions, width: directions * units)
    result.finals.append(finals[0])
    if net.cell.hasCell { result.finalCells.append(finals[1]) }
  }

  /// The states of all directions in one row: [steps, directions, sequences, units] → [steps, sequences, directions·units].
  private mutating func sideBySide(_ x: GraphValue, directions: Int, width: Int) -> GraphValue {
    directions == 1 ? squeeze(x, axis: 1) : reshape(transpose(x, [0, 2, 1, 3]), [0, 0, width])
  }

  /// What is added to the states' share of the gates.
  private func stateBias(of layer: RecurrentLayer, _ parameters: borrowing Parameters) -> [Float] {
    if let bias = layer.secondBias { return parameters.values(of: bias).array }
    let rows = layer.cell.gates * layer.units
    guard let bias = layer.candidateBias else { return Array(repeating: 0, count: rows) }
    return Array(repeating: 0, count: 2 * layer.units) + parameters.values(of: bias).array
  }
}

/// The operator of ONNX that is a cell, and the order of gates it wants.
private struct RecurrentOperator {
  let type: String
  /// For each gate of ONNX its place here: z, r, n of a GRU and i, o, f, g of an LSTM.
  let gates: [Int]
  let cell: CellKind

  init(_ cell: CellKind) {
    self.cell = cell
    switch cell.family {
    case .elman: (type, gates) = ("RNN", [0])
    case .gru: (type, gates) = ("GRU", [1, 0, 2])
    case .lstm: (type, gates) = ("LSTM", [0, 3, 1, 2])
    }
  }

  /// Rows of all gates in the order of ONNX.
  func ordered(_ values: [Float], units: Int) -> [Float] {
    let block = values.count / gates.count
    return gates.flatMap { values[$0 * block..<($0 + 1) * block] }
  }

  func attributes(directions: Int) -> [ONNXAttribute] {
    switch cell.family {
    case .elman:
      let function = cell.isReLU ? "Relu" : "Tanh"
      return [ONNXAttribute("activations", .texts(Array(repeating: function, count: directions)))]
    case .gru: return [ONNXAttribute("linear_before_reset", .integer(cell.resetsBeforeProduct ? 0 : 1))]
    case .lstm: return []
    }
  }
}

extension ReadingDirection {
  /// How ONNX calls it.
  fileprivate var operatorName: String {
    switch self {
    case .leftToRight: "forward"
    case .rightToLeft: "reverse"
    case .bidirectional: "bidirectional"
    }
  }
}
