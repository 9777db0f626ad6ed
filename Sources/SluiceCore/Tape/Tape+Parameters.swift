extension Tape {
  /// A parameter as a tensor, to be used in any operation: a gradient goes back to it.
  ///
  ///     let scaled = multiply(x, tape[gain], &tape)
  ///
  /// **Shapes.** That of the parameter. **Backward.** dparameter = dy; of a table, every row is touched.
  ///
  /// - Complexity: a copy of the values, each time it is asked for; allocates nothing.
  public subscript(parameter: ParameterHandle) -> Tensor {
    mutating get {
      let i = store.index(parameter)
      expectSettled(parameter, for: ParameterTensor.name)
      let y = makeTensor(store.rows[i].shape, requiresGradient: store.rows[i].isTrainable)
      if rehearsal == nil { values(of: y).copy(from: store.values(i)) }
      record(ParameterTensor(parameter: parameter, y: y))
      return y
    }
  }
}

private struct ParameterTensor: TapeOperation {
  static let name: StaticString = "parameter"
  static let onlyMoves = true
  let parameter: ParameterHandle
  let y: Tensor

  var inputs: TensorList { TensorList() }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y) else { return }
    switch tape.updates(of: parameter) {
    case .dense:
      guard let gradient = tape.contribution(to: parameter) else { return }
      if gradient.accumulate {
        tape.engine.accumulate(dy, onto: gradient.floats)
      } else {
        gradient.floats.copy(from: dy)
      }
    case .touchedRows:
      let ids = tape.indices(tape.makeIndices(tape.shape(of: y).rows))
      for i in 0..<ids.count { ids[i] = Int32(i) }
      tape.touch(parameter, ids: ids, rows: dy)
    }
  }
}
