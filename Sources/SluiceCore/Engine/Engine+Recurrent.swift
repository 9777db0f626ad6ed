// Time steps of recurrent cells: everything but the products. Each call works on n rows of `units` columns, on
// the calling thread; `RecurrentKernels` says what the views hold. Those that take a `range` compute only these of the
// units; their views hold all, but for a `product`. All trap unless the counts fit each other.

extension Engine {
  /// h' = f(gates + product). **Shapes.** All [n, units].
  public func elmanForward(gates: Floats, product: Floats?, state: Floats, isReLU: Bool) {
    check(gates, state.count, "gates")
    if let product { check(product, state.count, "a product") }
    unsafe kernels.recurrent.elman.forward(
      gates.pointer, product?.source, state.pointer, gates.count, isReLU)
  }

  /// The gradient of what went into the activation, in place of the gates. **Shapes.** Both [n, units].
  public func elmanBackward(gates: Floats, dState: Floats, isReLU: Bool) {
    check(gates, dState.count, "gates")
    unsafe kernels.recurrent.elman.backward(gates.pointer, dState.source, gates.count, isReLU)
  }

  /// A GRU's step with the reset gate after the product.
  ///
  /// **Shapes.** `gates` [n, 4·units], `product` [n, 3·range], `candidateBias` [units], `state` [n, units].
  public func gruForward(
    gates: Floats, product: Floats, candidateBias: Floats, state: Floats, units: Int, range: Range<Int>
  ) {
    let rows = checkedRows(gates, 4, state, state, units, range)
    check(product, rows * 3 * range.count, "a product")
    check(candidateBias, units, "a bias of the candidate")
    let first = range.lowerBound
    unsafe kernels.recurrent.gru.forward(
      gates.pointer + first, product.source, candidateBias.source + first, state.pointer + first, rows,
      units, range.count)
  }

  /// The way back through `gruForward`. **Shapes.** `gates` [n, 4·units], the others [n, units].
  public func gruBackward(
    gates: Floats, previous: Floats, dState: Floats, units: Int, range: Range<Int>
  ) {
    let rows = checkedRows(gates, 4, previous, dState, units, range)
    let first = range.lowerBound
    unsafe kernels.recurrent.gru.backward(
      gates.pointer + first, previous.source + first, dState.pointer + first, rows, units, range.count)
  }

  /// A GRU's gates r and z, and q = r · hidden. **Shapes.** `gates` [n, 4·units], `hidden` [n, units].
  public func gruGates(gates: Floats, hidden: Floats, units: Int) {
    let rows = checkedRows(gates, 4, hidden, hidden, units)
    unsafe kernels.recurrent.gru.gates(gates.pointer, hidden.source, rows, units)
  }

  /// A GRU's candidate and new state. **Shapes.** `gates` [n, 4·units], `state` [n, units].
  public func gruCandidate(gates: Floats, state: Floats, units: Int) {
    let rows = checkedRows(gates, 4, state, state, units)
    unsafe kernels.recurrent.gru.candidate(gates.pointer, state.pointer, rows, units)
  }

  /// The way back through `gruCandidate`. **Shapes.** `gates` [n, 4·units], the others [n, units].
  public func gruCandidateBackward(gates: Floats, previous: Floats, dState: Floats, units: Int) {
    let rows = checkedRows(gates, 4, previous, dState, units)
    unsafe kernels.recurrent.gru.candidateBackward(
      gates.pointer, previous.source, dState.pointer, rows, units)
  }

  /// The way back through `gruGates`. **Shapes.** `gates` [n, 4·units], the others [n, units].
  public func gruGatesBackward(
    gates: Floats, hidden: Floats, dProduct: Floats, dHidden: Floats, units: Int
  ) {
    let rows = checkedRows(gates, 4, hidden, dProduct, units)
    check(dHidden, hidden.count, "gradients of the state")
    unsafe kernels.recurrent.gru.gatesBackward(
      gates.pointer, hidden.source, dProduct.source, dHidden.pointer, rows, units)
  }

  /// An LSTM's gates and new cell state. **Shapes.** `gates` [n, 4·units], `product` [n, 4·range], `cell` [n, units].
  public func lstmCell(gates: Floats, product: Floats?, cell: Floats, units: Int, range: Range<Int>) {
    let rows = checkedRows(gates, 4, cell, cell, units, range)
    if let product { check(product, rows * 4 * range.count, "a product") }
    let first = range.lowerBound
    unsafe kernels.recurrent.lstm.cell(
      gates.pointer + first, product?.source, cell.pointer + first, rows, units, range.count)
  }

  /// An LSTM's output. **Shapes.** `gates` [n, 4·units], the others [n, units].
  public func lstmOutput(
    gates: Floats, cell: Floats, squashed: Floats, state: Floats, units: Int, range: Range<Int>
  ) {
    let rows = checkedRows(gates, 4, cell, state, units, range)
    check(squashed, cell.count, "squashed cell states")
    let first = range.lowerBound
    unsafe kernels.recurrent.lstm.output(
      gates.source + first, cell.source + first, squashed.pointer + first, state.pointer + first, rows,
      units, range.count)
  }

  /// The way back through `lstmOutput`. **Shapes.** `gates` [n, 4·units], the others [n, units].
  public func lstmOutputBackward(
    gates: Floats, squashed: Floats, dState: Floats, units: Int, range: Range<Int>
  ) {
    let rows = checkedRows(gates, 4, squashed, dState, units, range)
    let first = range.lowerBound
    unsafe kernels.recurrent.lstm.outputBackward(
      gates.pointer + first, squashed.pointer + first, dState.source + first, rows, units, range.count)
  }

  /// The way back through `lstmCell`. **Shapes.** `gates` [n, 4·units], the others [n, units].
  public func lstmCellBackward(
    gates: Floats, previousCell: Floats, dCell: Floats, units: Int, range: Range<Int>
  ) {
    let rows = checkedRows(gates, 4, previousCell, dCell, units, range)
    let first = range.lowerBound
    unsafe kernels.recurrent.lstm.cellBackward(
      gates.pointer + first, previousCell.source + first, dCell.pointer + first, rows, units, range.count)
  }

  private func checkedRows(
    _ gates: Floats, _ blocks: Int, _ a: Floats, _ b: Floats, _ units: Int, _ range: Range<Int>
  ) -> Int {
    expect(
      range.lowerBound >= 0 && range.upperBound <= units, "Engine, time step",
      expected: "a range of \(units) units",
      got: "\(range)")
    return checkedRows(gates, blocks, a, b, units)
  }

  private func checkedRows(_ gates: Floats, _ blocks: Int, _ a: Floats, _ b: Floats, _ units: Int) -> Int {
    let rows = a.count / units
    check(gates, rows * blocks * units, "gates")
    check(a, rows * units, "states")
    check(b, rows * units, "states")
    return rows
  }

  @inline(__always)
  private func check(_ floats: Floats, _ count: Int, _ what: StaticString) {
    expect(
      floats.count == count, "Engine, time step", expected: "\(count) floats of \(what)",
      got: "\(floats.count)")
  }
}
