extension Engine {
  /// Completes one time step of a GRU: everything but the products.
  ///
  /// See `RecurrentKernels.GRUForward` for what each view holds. Runs on the calling thread.
  ///
  /// **Shapes.** n rows: `gates` [n, 4·units], `product` [n, 3·units], `previous` and `state` [n, units],
  /// `candidateBias` [units], `outputRows` [n], each a row of `outputs` [any, units].
  public func gruForward(
    gates: Floats, product: Floats, previous: Floats, candidateBias: Floats, state: Floats,
    outputs: Floats, outputRows: Indices, units: Int
  ) {
    let rows = outputRows.count
    precondition(
      gates.count == rows * 4 * units && product.count == rows * 3 * units
        && previous.count == rows * units && state.count == rows * units && candidateBias.count == units,
      "The views of a GRU step do not fit each other.")
    checkOutputRows(outputRows, outputs, units)
    unsafe kernels.recurrent.gruForward(
      gates.pointer, product.source, previous.source, candidateBias.source, state.pointer,
      outputs.pointer, outputRows.source, rows, units)
  }

  /// Goes back through one time step of a GRU: everything but the product.
  ///
  /// See `RecurrentKernels.GRUBackward` for what each view holds. Runs on the calling thread.
  public func gruBackward(
    gates: Floats, previous: Floats, dState: Floats, dOutputs: Floats?, outputRows: Indices, units: Int
  ) {
    let rows = outputRows.count
    precondition(
      gates.count == rows * 4 * units && previous.count == rows * units && dState.count == rows * units,
      "The views of a GRU step do not fit each other.")
    if let dOutputs { checkOutputRows(outputRows, dOutputs, units) }
    unsafe kernels.recurrent.gruBackward(
      gates.pointer, previous.source, dState.pointer, dOutputs?.source, outputRows.source, rows, units)
  }

  private func checkOutputRows(_ rows: Indices, _ outputs: Floats, _ units: Int) {
    for i in 0..<rows.count {
      precondition(
        rows[i] >= 0 && (Int(rows[i]) + 1) * units <= outputs.count, "An output row lies outside the outputs."
      )
    }
  }
}
