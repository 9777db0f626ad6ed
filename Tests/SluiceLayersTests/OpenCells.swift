import Sluice

/// The built-in cells written anew as operations of the tape on one time step, with the parameters of a built-in layer.
struct OpenCell: StepCell {
  let layer: RecurrentLayer
  var units: Int { layer.units }
  var stateCount: Int {
    switch layer.cell {
    case .lstm, .layerNormLSTM: 2
    default: 1
    }
  }

  init(_ layer: RecurrentLayer) {
    self.layer = layer
  }

  func step(_ x: Tensor, _ state: TensorList, _ tape: inout Tape) -> TensorList {
    switch layer.cell {
    case .elman(let activation), .layerNormElman(let activation):
      let sum = add(inputShare(x, &tape), stateShare(state[0], nil, &tape), &tape)
      return TensorList(activation == .relu ? relu(sum, &tape) : tanh(sum, &tape))
    case .gru(.afterProduct, _), .layerNormGRU: return TensorList(gru(x, state[0], &tape))
    case .gru(.beforeProduct, _): return TensorList(resetBefore(x, state[0], &tape))
    case .lstm, .layerNormLSTM: return lstm(x, state, &tape)
    }
  }

  private func product(
    _ x: Tensor, _ weight: StoredWeight, _ gain: ParameterHandle?, _ bias: ParameterHandle?,
    _ tape: inout Tape
  ) -> Tensor {
    guard let gain else {
      return affine(x, weight: weight.parameter, bias: bias, outputs: weight.rows, &tape)
    }
    let plain = affine(x, weight: weight.parameter, bias: nil, outputs: weight.rows, &tape)
    return layerNormalization(plain, gain: gain, bias: bias, &tape)
  }

  private func inputShare(_ x: Tensor, _ tape: inout Tape) -> Tensor {
    product(x, layer.inputWeight, layer.inputGain, layer.bias, &tape)
  }

  private func stateShare(_ h: Tensor, _ bias: ParameterHandle?, _ tape: inout Tape) -> Tensor {
    product(h, layer.recurrentWeight, layer.recurrentGain, bias, &tape)
  }

  private func part(_ i: Int, _ x: Tensor, _ tape: inout Tape) -> Tensor {
    slice(x, axis: 1, i * units..<(i + 1) * units, &tape)
  }

  /// A row of `parameter` for each row of x.
  private func repeated(_ parameter: ParameterHandle, like x: Tensor, _ tape: inout Tape) -> Tensor {
    let rows = tape.shape(of: x).rows
    let column = tape.makeTensor(Shape(rows, 1), requiresGradient: false)
    tape.values(of: column).fill(1)
    return affine(column, weight: parameter, bias: nil, outputs: units, &tape)
  }

  private func gru(_ x: Tensor, _ h: Tensor, _ tape: inout Tape) -> Tensor {
    let (i, s) = (inputShare(x, &tape), stateShare(h, nil, &tape))
    let r = sigmoid(add(part(0, i, &tape), part(0, s, &tape), &tape), &tape)
    let z = sigmoid(add(part(1, i, &tape), part(1, s, &tape), &tape), &tape)
    var candidate = part(2, s, &tape)
    if let bias = layer.candidateBias {
      candidate = add(candidate, repeated(bias, like: h, &tape), &tape)
    }
    let n = tanh(add(part(2, i, &tape), multiply(r, candidate, &tape), &tape), &tape)
    return add(n, multiply(z, subtract(h, n, &tape), &tape), &tape)
  }

  private func resetBefore(_ x: Tensor, _ h: Tensor, _ tape: inout Tape) -> Tensor {
    let (i, s) = (inputShare(x, &tape), stateShare(h, nil, &tape))
    let r = sigmoid(add(part(0, i, &tape), part(0, s, &tape), &tape), &tape)
    let z = sigmoid(add(part(1, i, &tape), part(1, s, &tape), &tape), &tape)
    let candidate = part(2, stateShare(multiply(r, h, &tape), nil, &tape), &tape)
    let n = tanh(add(part(2, i, &tape), candidate, &tape), &tape)
    return add(n, multiply(z, subtract(h, n, &tape), &tape), &tape)
  }

  private func lstm(_ x: Tensor, _ state: TensorList, _ tape: inout Tape) -> TensorList {
    let sum = add(inputShare(x, &tape), stateShare(state[0], nil, &tape), &tape)
    let kept = multiply(sigmoid(part(1, sum, &tape), &tape), state[1], &tape)
    let new = multiply(sigmoid(part(0, sum, &tape), &tape), tanh(part(2, sum, &tape), &tape), &tape)
    let cell = add(kept, new, &tape)
    var shown = cell
    if let gain = layer.cellGain {
      shown = layerNormalization(cell, gain: gain, bias: layer.cellBias, &tape)
    }
    return TensorList(multiply(sigmoid(part(3, sum, &tape), &tape), tanh(shown, &tape), &tape), cell)
  }
}
