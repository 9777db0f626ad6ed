import SluiceCore
import SluiceLayers
import SluiceStorage

/// The weights of a module of PyTorch by their names, as `load_state_dict` takes them.
struct StateDictionary {
  private var tensors: [(name: String, shape: [Int], values: [Float])] = []

  init() {}

  mutating func add(_ name: String, _ shape: [Int], _ values: [Float]) {
    tensors.append((name, shape, values))
  }

  /// A parameter in its own shape.
  mutating func add(_ name: String, _ handle: ParameterHandle, _ parameters: borrowing Parameters) {
    add(name, parameters[handle].shape.array, parameters.values(of: handle).array)
  }

  /// `torch.nn.Linear`.
  mutating func add(_ name: String, _ layer: Linear, _ parameters: borrowing Parameters) {
    add("\(name).weight", layer.weight, parameters)
    if let bias = layer.bias { add("\(name).bias", bias, parameters) }
  }

  /// `torch.nn.LayerNorm`.
  mutating func add(_ name: String, _ layer: LayerNorm, _ parameters: borrowing Parameters) {
    add("\(name).weight", layer.weight, parameters)
    add("\(name).bias", layer.bias, parameters)
  }

  /// `torch.nn.RNN`, `GRU` or `LSTM`; of a normalized cell, which PyTorch does not have, the weights under the names here, with
  /// the ending `_l0`, `_l0_reverse` and so on for any number of layers.
  mutating func add(_ name: String, _ net: RecurrentNet, _ parameters: borrowing Parameters) throws {
    guard net.cell.isNormalized else {
      return try net.writePyTorch(parameters, prefix: "\(name).") { part, shape, values in
        add(part, shape.array, values)
      }
    }
    let directions = net.options.direction.count
    for (index, layer) in net.layers.enumerated() {
      let suffix = "_l\(index / directions)" + (index % directions == 1 ? "_reverse" : "")
      for (part, weight) in [("weight_ih", layer.inputWeight), ("weight_hh", layer.recurrentWeight)] {
        add("\(name).\(part)\(suffix)", [weight.rows, weight.columns], weight.matrix(in: parameters))
      }
      let rest = [
        ("bias", layer.bias), ("bias_hn", layer.candidateBias), ("gain_ih", layer.inputGain),
        ("gain_hh", layer.recurrentGain), ("gain_c", layer.cellGain), ("bias_c", layer.cellBias),
      ]
      for (part, handle) in rest {
        if let handle { add("\(name).\(part)\(suffix)", handle, parameters) }
      }
    }
  }

  /// Writes the weights as safetensors with a checksum, and the texts beside them.
  func write(_ texts: ExportTexts, to path: String) throws(StorageError) {
    let total = tensors.reduce(0) { $0 + $1.values.count + Arena<Float>.alignment }
    let arena = Arena<Float>(capacity: total, named: "export")
    let named = tensors.map { tensor in
      let floats = arena[arena.allocate(tensor.values.count)]
      for i in 0..<tensor.values.count { floats[i] = tensor.values[i] }
      return NamedTensor(tensor.name, shape: tensor.shape, floats)
    }
    // Readers of PyTorch's world look for this mark.
    let metadata = texts.dictionary.merging(["format": "pt"]) { $1 }
    try SafetensorsFile.write(named, metadata: metadata, withChecksum: true, to: path)
  }
}
