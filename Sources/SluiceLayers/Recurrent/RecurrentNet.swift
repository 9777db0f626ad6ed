import SluiceCore

/// Recurrent layers over sequences of differing lengths: stacked, in one direction or both.
///
/// **Shapes.** A ragged tensor of width `inputs` → `outputs`, ragged with width `width` (units, or twice that
/// in both directions), and `final` [sequences, width], the state after the last step of each sequence, which
/// for an empty one is the initial state.
///
/// The batch needs no order and no padding: see `SequencesRow` for how it is run. `CellKind` has the
/// formulas, `RecurrentLayer` the parameters, whose names end in `_l0`, `_l0_reverse`, `_l1` and so on, as in
/// PyTorch, unless there is one layer in one direction.
///
///     let lstm = try RecurrentNet(.lstm(forgetBias: 1), inputs: 32, units: 128, named: "lstm", in: &parameters)
///     let summary = lstm(letters, &tape).final
public struct RecurrentNet: Sendable {
  /// What every layer computes at each time step.
  public let cell: CellKind
  /// The columns of the net's input, which the first level reads.
  public let inputs: Int
  /// The columns of each layer's state, in one direction.
  public let units: Int
  /// How the layers are stacked and regularised, and what their parameters began with.
  public let options: RecurrentOptions
  /// The columns of the outputs.
  public var width: Int { units * options.direction.count }
  /// Marks what the net records, so that reports can name it; the random masks derive from it.
  public let layer: LayerHandle
  /// Layer by layer from the input up, in each layer left to right first.
  public let layers: [RecurrentLayer]
  private let stream: UInt64

  /// - Throws: `ModelError` if the name is taken, an extent is not positive or an option makes no sense.
  public init(
    _ cell: CellKind, inputs: Int, units: Int, options: RecurrentOptions = RecurrentOptions(),
    named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    guard inputs > 0, units > 0 else {
      throw ModelError(
        "Recurrent net '\(name)'", expected: "at least one input and one unit",
        got: "\(inputs) and \(units)")
    }
    if let problem = options.problem {
      throw ModelError(
        "Recurrent net '\(name)'", expected: "at least one layer, and shares from 0 up to, not including, 1",
        got: problem)
    }
    self.cell = cell
    self.inputs = inputs
    self.units = units
    self.options = options
    let layer = try parameters.addLayer(named: name)
    self.layer = layer
    stream = parameters.stream(of: layer) << 16
    let directions = options.direction.count
    var layers: [RecurrentLayer] = []
    for index in 0..<options.layers * directions {
      let (level, direction) = (index / directions, index % directions)
      let isOnly = options.layers * directions == 1
      layers.append(
        try RecurrentLayer(
          cell, inputs: level == 0 ? inputs : units * directions, units: units,
          readsRightToLeft: options.direction.readsRightToLeft(direction), options: options,
          suffix: isOnly ? "" : "_l\(level)" + (direction == 1 ? "_reverse" : ""),
          stream: stream + UInt64(index + 1) * 16, named: name, layer: layer, in: &parameters))
    }
    self.layers = layers
  }

  /// Runs the layers over every sequence, from `state` or from zero.
  ///
  /// No gradient goes back into the state: back-propagation ends where the chunk begins. To learn where sequences begin,
  /// pass `InitialStates`.
  ///
  /// - Parameter rows: which rows of a table `x` is, as `Embedding.lookUp` says: the input's share of the gates is then computed once
  ///   for equal rows, with the same bits.
  /// - Precondition: the width of `x` is `inputs`; the state is of this net and of as many sequences.
  /// - Complexity: O(steps · units · (inputs + units)) for each layer; allocates nothing.
  public func callAsFunction(
    _ x: RaggedTensor, rows: LookedUpRows? = nil, from state: RecurrentState? = nil, _ tape: inout Tape
  ) -> RecurrentResult {
    let outside = tape.enter(layer)
    defer { _ = tape.enter(outside) }
    state?.check(self, x, tape)
    return run(x, rows, from: state.map { .carried($0) } ?? .zero, &tape)
  }

  /// Runs the layers over every sequence from states that are tensors, to which a gradient goes back.
  ///
  /// - Precondition: the width of `x` is `inputs`; the tensors have the shapes that `InitialStates` says.
  /// - Complexity: as above, and for the gradient one product more in each layer and direction.
  public func callAsFunction(
    _ x: RaggedTensor, from states: InitialStates, _ tape: inout Tape
  ) -> RecurrentResult {
    let outside = tape.enter(layer)
    defer { _ = tape.enter(outside) }
    states.check(self, x, tape)
    return run(x, nil, from: .tensors(states), &tape)
  }

  private func run(
    _ x: RaggedTensor, _ rows: LookedUpRows?, from start: StartOfRun, _ tape: inout Tape
  ) -> RecurrentResult {
    let shape = tape.shape(of: x.steps)
    tape.expect(
      shape.width == inputs, "recurrent", expected: "an input of width \(inputs)", got: "shape \(shape)")
    tape.expectRows(of: x, "recurrent")
    let finals = tape.makeTensorTable(options.layers)
    let finalCells = tape.makeTensorTable(cell.hasCell ? options.layers : 0)
    let cells = tape.makeTensorTable(cell.hasCell ? layers.count : 0)
    var input = x
    for level in 0..<options.layers {
      if level > 0 {
        input = RaggedTensor(
          steps: dropout(
            input.steps, probability: options.dropout, stream: stream + UInt64(level), &tape),
          sequences: x.sequences)
      }
      input = sequenceDropout(
        input, probability: options.inputDropout, stream: stream + 0x8000 + UInt64(level), &tape)
      input = run(
        level, input, input.steps == x.steps ? rows : nil, start,
        RunTables(finals: finals, finalCells: finalCells, cells: cells), &tape)
    }
    return RecurrentResult(
      outputs: input, final: tape.tensor(options.layers - 1, of: finals), finals: finals,
      finalCells: finalCells, cells: cells, units: units, direction: options.direction)
  }

  /// One layer in all its directions, which write side by side.
  private func run(
    _ level: Int, _ x: RaggedTensor, _ rows: LookedUpRows?, _ start: StartOfRun, _ tables: RunTables,
    _ tape: inout Tape
  ) -> RaggedTensor {
    let layout = tape.layout(of: x.sequences)
    let directions = options.direction.count
    let needsGradient =
      tape.requiresGradient(x.steps) || hasTrainableLayer(level, tape) || start.requiresGradient(tape)
    let output = tape.makeTensor(Shape(layout.total, width), requiresGradient: needsGradient)
    let final = tape.makeTensor(Shape(layout.count, width), requiresGradient: needsGradient)
    tape.set(final, at: level, of: tables.finals)
    var finalCell = final
    if cell.hasCell {
      finalCell = tape.makeTensor(Shape(layout.count, width), requiresGradient: needsGradient)
      tape.set(finalCell, at: level, of: tables.finalCells)
    }
    for direction in 0..<directions {
      let index = level * directions + direction
      let layer = layers[index]
      let inputWeight = layer.inputWeight(&tape)
      let recurrentWeight = layer.recurrentWeight(&tape)
      let looksUp = rows?.addsByRow(layer, rows: layout.total, tape) ?? false
      let memory = RunMemory(layer, layout, looksUp: looksUp, &tape)
      let run = SequenceRun(
        layer: layer, inputWeight: inputWeight, recurrentWeight: recurrentWeight, x: x.steps,
        looked: looksUp ? rows : nil, sequences: x.sequences, output: output, final: final,
        finalCell: finalCell,
        column: direction * units, start: start.tensors(index), memory: memory,
        hasInitialState: start.isGiven)
      if let cells = run.memory.previousCell { tape.set(cells, at: index, of: tables.cells) }
      run.forward(
        state: start.copy(index, cell: false, layout.count, units, &tape),
        cellState: cell.hasCell ? start.copy(index, cell: true, layout.count, units, &tape) : nil, &tape)
      tape.record(run)
    }
    return RaggedTensor(steps: output, sequences: x.sequences)
  }

  private func hasTrainableLayer(_ level: Int, _ tape: borrowing Tape) -> Bool {
    let directions = options.direction.count
    for index in level * directions..<(level + 1) * directions where layers[index].requiresGradient(tape) {
      return true
    }
    return false
  }
}

/// Where a run leaves its tensors.
private struct RunTables {
  let finals: TensorTable
  let finalCells: TensorTable
  let cells: TensorTable
}
