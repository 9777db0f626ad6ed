import SluiceCore

// The weights of `torch.nn.RNN`, `GRU` and `LSTM`, by the names of their state dictionaries: for each layer,
// `weight_ih_l0` [gates·units, inputs], `weight_hh_l0` [gates·units, units], `bias_ih_l0` and `bias_hh_l0`
// [gates·units], with `_reverse` at the end for right to left. The rows are in the same order here: r, z, n of a
// GRU, i, f, g, o of an LSTM.

extension RecurrentNet {
  /// Takes over the weights of the same net of PyTorch.
  ///
  /// Its two biases add up to `bias`, unless the net has two; of a GRU's candidate the second stays inside the reset gate, as `bias_hn`.
  /// Without biases there (`bias=False`) they are zero here.
  ///
  ///     let file = try SafetensorsFile(path: "encoder.safetensors")
  ///     try net.readPyTorch(into: parameters, prefix: "encoder.") { name, shape in
  ///       try file.check(name, shape: shape.array)
  ///       return try file.floats(name)
  ///     }
  ///
  /// - Parameters:
  ///   - prefix: what the names begin with, such as `encoder.`.
  ///   - hasBiases: whether the state dictionary has biases.
  ///   - tensor: gives the elements of the tensor of that name and shape, or throws.
  /// - Throws: `ModelError` if PyTorch has no such cell, or a tensor has another count; what `tensor` throws.
  public func readPyTorch(
    into parameters: borrowing Parameters, prefix: String = "", hasBiases: Bool = true,
    _ tensor: (String, Shape) throws -> [Float]
  ) throws {
    try checkIsPyTorchCell("Reading weights of PyTorch")
    // All is read before anything is changed.
    var found: [(Floats, [Float])] = []
    for (index, layer) in layers.enumerated() {
      func read(_ part: String, _ shape: Shape) throws -> [Float] {
        let name = prefix + part + pyTorchSuffix(index)
        let values = try tensor(name, shape)
        guard values.count == shape.count else {
          throw ModelError(
            "Reading '\(name)'", expected: "\(shape.count) elements of shape \(shape)", got: "\(values.count)"
          )
        }
        return values
      }
      let rows = cell.gates * units
      for (weight, part) in [(layer.inputWeight, "weight_ih"), (layer.recurrentWeight, "weight_hh")] {
        found.append(
          (parameters.values(of: weight.parameter), try read(part, Shape(rows, weight.columns))))
      }
      let zeros = [Float](repeating: 0, count: rows)
      let inputBias = hasBiases ? try read("bias_ih", Shape(rows)) : zeros
      let stateBias = hasBiases ? try read("bias_hh", Shape(rows)) : zeros
      let split = layer.candidateBias == nil ? rows : 2 * units
      found.append(
        (
          parameters.values(of: layer.bias),
          (0..<rows).map { inputBias[$0] + ($0 < split && layer.secondBias == nil ? stateBias[$0] : 0) }
        ))
      if let bias = layer.secondBias { found.append((parameters.values(of: bias), stateBias)) }
      if let bias = layer.candidateBias {
        found.append((parameters.values(of: bias), Array(stateBias[split...])))
      }
    }
    for (target, values) in found {
      for i in 0..<values.count { target[i] = values[i] }
    }
    for layer in layers {
      for weight in [layer.inputWeight, layer.recurrentWeight] {
        guard let lengths = weight.lengths else { continue }
        rowLengths(of: parameters.values(of: weight.parameter), into: parameters.values(of: lengths))
      }
    }
  }

  /// Hands out the weights as the same net of PyTorch names them. `bias` becomes `bias_ih`; `bias_hh` is zero but for
  /// a GRU's `bias_hn` and an LSTM with two biases.
  ///
  /// - Parameter write: gets the name, shape and elements of each tensor.
  /// - Throws: `ModelError` if PyTorch has no such cell; what `write` throws.
  public func writePyTorch(
    _ parameters: borrowing Parameters, prefix: String = "",
    _ write: (String, Shape, [Float]) throws -> Void
  ) throws {
    try checkIsPyTorchCell("Writing weights for PyTorch")
    for (index, layer) in layers.enumerated() {
      let suffix = pyTorchSuffix(index)
      let rows = cell.gates * units
      for (weight, part) in [(layer.inputWeight, "weight_ih"), (layer.recurrentWeight, "weight_hh")] {
        try write(prefix + part + suffix, Shape(rows, weight.columns), weight.matrix(in: parameters))
      }
      try write(prefix + "bias_ih" + suffix, Shape(rows), parameters.values(of: layer.bias).array)
      var stateBias = [Float](repeating: 0, count: rows)
      if let bias = layer.candidateBias {
        let values = parameters.values(of: bias)
        for j in 0..<units { stateBias[2 * units + j] = values[j] }
      }
      if let bias = layer.secondBias { stateBias = parameters.values(of: bias).array }
      try write(prefix + "bias_hh" + suffix, Shape(rows), stateBias)
    }
  }

  private func pyTorchSuffix(_ index: Int) -> String {
    let directions = options.direction.count
    return "_l\(index / directions)" + (index % directions == 1 ? "_reverse" : "")
  }

  private func checkIsPyTorchCell(_ operation: String) throws(ModelError) {
    guard !cell.isNormalized, !cell.resetsBeforeProduct else {
      throw ModelError(
        operation, expected: "an Elman cell, an LSTM, or a GRU that resets after the product", got: "\(cell)")
    }
  }
}

extension StoredWeight {
  /// The matrix that is multiplied with, in evaluation.
  package func matrix(in parameters: borrowing Parameters) -> [Float] {
    var values = parameters.values(of: parameter).array
    guard let lengths else { return values }
    let wanted = parameters.values(of: lengths).array
    let directions = parameters.values(of: parameter)
    for row in 0..<rows {
      let range = row * columns..<(row + 1) * columns
      let norm = rowLength(of: directions[range])
      if isOrdinary(norm: Float(norm)) {
        let factor = wanted[row] / Float(norm)
        for j in range { values[j] *= factor }
      } else {
        for j in range { values[j] = Float(Double(values[j]) / norm * Double(wanted[row])) }
      }
    }
    return values
  }
}
