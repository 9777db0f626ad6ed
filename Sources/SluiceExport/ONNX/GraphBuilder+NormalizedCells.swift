import SluiceCore
import SluiceLayers
import SluiceStorage

// Cells with layer normalization inside, for which ONNX has no operator: loops over the steps. A sequence keeps its state in the
// steps that are not its own, so that a loop from the last step to the first begins at each sequence's own end.

extension GraphBuilder {
  /// One level of a normalized cell, a loop for each direction.
  mutating func addNormalizedLevel(
    _ level: Int, of net: RecurrentNet, _ sequences: RaggedSequences,
    from initial: (state: GraphValue, cell: GraphValue)?, _ result: inout RecurrentValues,
    _ parameters: borrowing Parameters
  ) {
    let directions = net.options.direction.count
    var (steps, finals, cells): ([GraphValue], [GraphValue], [GraphValue]) = ([], [], [])
    for direction in 0..<directions {
      let layer = net.layers[level * directions + direction]
      let zero = initial == nil ? zeroState(result.outputs, units: net.units) : .none
      let first = initial.map { part(direction, of: $0.state) } ?? zero
      var states = [(value: first, width: net.units)]
      if layer.cell.hasCell {
        states.append((value: initial.map { part(direction, of: $0.cell) } ?? zero, width: net.units))
      }
      let name = "\(parameters.name(of: net.layer) ?? "net").level_\(level).\(direction)"
      let share = inputShare(of: layer, result.outputs, name, parameters)
      let weights = transposedWeight(layer.recurrentWeight, "\(name).R", parameters)
      let cell = NormalizedCell(&self, layer, weights, parameters)
      let run = scan(
        states: states,
        inputs: [(share, .float, layer.cell.gates * net.units), (sequences.mask, .bool, 1)],
        isReversed: layer.readsRightToLeft
      ) { builder, states, slices in
        let new = cell.step(&builder, states, slices[0])
        return zip(new, states).map { builder.select(slices[1], $0, $1) }
      }
      steps.append(run.steps)
      finals.append(unsqueeze(run.finals[0], axes: [0]))
      if layer.cell.hasCell { cells.append(unsqueeze(run.finals[1], axes: [0])) }
    }
    result.outputs = concatenate(steps, axis: 2)
    result.finals.append(concatenate(finals, axis: 0))
    if net.cell.hasCell { result.finalCells.append(concatenate(cells, axis: 0)) }
  }

  /// The states of one direction: [directions, sequences, units] → [sequences, units].
  private mutating func part(_ direction: Int, of states: GraphValue) -> GraphValue {
    squeeze(slice(states, direction..<direction + 1, axis: 0), axis: 0)
  }

  /// Zeros [sequences, units] for as many sequences as `x` [steps, sequences, …] has.
  private mutating func zeroState(_ x: GraphValue, units: Int) -> GraphValue {
    let shape = concatenate([extent(x, axis: 1), integers([units])], axis: 0)
    return add("Expand", [number(0), shape])
  }

  /// The normalized input's share of all gates, with the bias: [steps, sequences, gates·units].
  private mutating func inputShare(
    of layer: RecurrentLayer, _ x: GraphValue, _ name: String, _ parameters: borrowing Parameters
  ) -> GraphValue {
    let product = add("MatMul", [x, transposedWeight(layer.inputWeight, "\(name).W", parameters)])
    guard let gain = layer.inputGain else { return product }
    let share = normalize(product, gain: weight(gain, parameters), bias: weight(layer.bias, parameters))
    return layer.secondBias.map { sum(share, weight($0, parameters)) } ?? share
  }

  private mutating func transposedWeight(
    _ stored: StoredWeight, _ name: String, _ parameters: borrowing Parameters
  ) -> GraphValue {
    let (rows, columns) = (stored.rows, stored.columns)
    let values = stored.matrix(in: parameters)
    var transposed = [Float](repeating: 0, count: values.count)
    for i in 0..<rows {
      for j in 0..<columns { transposed[j * rows + i] = values[i * columns + j] }
    }
    return weight(name, [columns, rows], transposed)
  }
}

/// A normalized cell with its weights as values of a graph.
private struct NormalizedCell {
  let kind: CellKind
  let units: Int
  let weights: GraphValue
  let gain: GraphValue
  let candidateBias: GraphValue?
  let cellGain: GraphValue?
  let cellBias: GraphValue?

  init(
    _ builder: inout GraphBuilder, _ layer: RecurrentLayer, _ weights: GraphValue,
    _ parameters: borrowing Parameters
  ) {
    kind = layer.cell
    units = layer.units
    self.weights = weights
    gain = layer.recurrentGain.map { builder.weight($0, parameters) } ?? builder.number(1)
    candidateBias = layer.candidateBias.map { builder.weight($0, parameters) }
    cellGain = layer.cellGain.map { builder.weight($0, parameters) }
    cellBias = layer.cellBias.map { builder.weight($0, parameters) }
  }

  /// The states after one step; `CellKind` has the formulas.
  func step(
    _ builder: inout GraphBuilder, _ states: [GraphValue], _ input: GraphValue
  ) -> [GraphValue] {
    let share = builder.normalize(builder.add("MatMul", [states[0], weights]), gain: gain, bias: nil)
    switch kind.family {
    case .elman:
      return [builder.add(kind.isReLU ? "Relu" : "Tanh", [builder.sum(input, share)])]
    case .gru:
      let (x, h) = (builder.split(input, into: 3, width: units), builder.split(share, into: 3, width: units))
      let reset = builder.add("Sigmoid", [builder.sum(x[0], h[0])])
      let keep = builder.add("Sigmoid", [builder.sum(x[1], h[1])])
      let inner = candidateBias.map { builder.sum(h[2], $0) } ?? h[2]
      let new = builder.add("Tanh", [builder.sum(x[2], builder.product(reset, inner))])
      return [builder.sum(new, builder.product(keep, builder.difference(states[0], new)))]
    case .lstm:
      let gates = builder.split(builder.sum(input, share), into: 4, width: units)
      let (take, keep) = (builder.add("Sigmoid", [gates[0]]), builder.add("Sigmoid", [gates[1]]))
      let new = builder.product(take, builder.add("Tanh", [gates[2]]))
      let cell = builder.sum(builder.product(keep, states[1]), new)
      let shown = cellGain.map { builder.normalize(cell, gain: $0, bias: cellBias) } ?? cell
      let gate = builder.add("Sigmoid", [gates[3]])
      return [builder.product(gate, builder.add("Tanh", [shown])), cell]
    }
  }
}
