import SluiceCore
import SluiceOptimizers
import SluiceStorage

/// What every file of an optimizer's numbers says of them.
enum OptimizerFile {
  static var ruleKey: CodePoints { "sluice.optimizer.rule" }
  static var stepsKey: CodePoints { "sluice.optimizer.steps" }
}

extension Trainer {
  /// The optimizer's numbers as a run keeps them beside its model: where they lie, so rows of exact tables have to be settled before.
  var optimizerTensors: [NamedTensor] {
    optimizer.unsettledAccumulatorTensors(parameters).map {
      NamedTensor($0.name, shape: $0.shape.array, $0.values)
    }
  }

  /// What is said of them.
  var optimizerMetadata: [CodePoints: String] {
    [
      OptimizerFile.ruleKey: job.settings.optimizer.name.rawValue,
      OptimizerFile.stepsKey: "\(optimizer.stepCount)",
    ]
  }

  /// Begins from a finished model: takes its values over, and what its optimizer knew. To be called before the first step.
  ///
  /// - Throws: `StorageError` for values of other sizes, or that are not finite. The trainer is of no use then.
  mutating func begin(from start: TrainingStart) throws(StorageError) -> TakenOver {
    var taken = TakenOver()
    for handle in parameters.handles {
      let (name, shape) = (parameters[handle].name, parameters[handle].shape)
      guard !job.solvedParts.contains(name), let entry = start.model[name] else {
        taken.new.append(name)
        continue
      }
      let rows = try takeRows(of: name, shape, entry, start.model, into: parameters.values(of: handle))
      let all = shape.array.first ?? 1
      if rows == all {
        taken.whole.append(name)
      } else {
        taken.partial.append(TakenOver.Rows(parameter: name, taken: rows, count: all))
      }
    }
    taken.dropped = start.model.modelTensors.map(\.name).filter { parameters.find($0) == nil }
      .sorted { $0.precedesByCodePoints($1) }
    guard taken.new.count < parameters.count else {
      throw StorageError(
        .mismatch, path: start.model.path, expected: "a model with parameters of this one's names",
        found: "none of them",
        advice: "Begin from a run of the same job.")
    }
    if let found = parameters.firstNonFinite() {
      throw StorageError(
        .damaged, path: start.model.path, expected: "finite numbers",
        found: "\(found.value) at element \(found.element) of '\(found.source)'",
        advice: "No training saves such a model: the file was changed.")
    }
    try beginOptimizer(from: start, &taken)
    return taken
  }

  private mutating func beginOptimizer(
    from start: TrainingStart, _ taken: inout TakenOver
  ) throws(StorageError) {
    taken.optimizerProblem = start.optimizerProblem
    guard let file = start.optimizer else { return }
    let (rule, earlier) = (job.settings.optimizer.name.rawValue, file.metadata[OptimizerFile.ruleKey] ?? "")
    guard rule == earlier else {
      taken.optimizerProblem = "it was \(ScreenText.cut(earlier, to: 40)) and is \(rule) now"
      return
    }
    guard let steps = file.metadata[OptimizerFile.stepsKey].flatMap({ Int($0) }), 0..<Int(Int32.max) ~= steps
    else {
      taken.optimizerProblem = "it does not say how many updates it has done"
      return
    }
    for tensor in optimizer.accumulatorTensors(parameters) {
      guard let entry = file[tensor.name], let end = tensor.name.utf8.lastIndex(of: UInt8(ascii: "/")) else {
        continue
      }
      let parameter = String(tensor.name[..<end])
      _ = try takeRows(of: parameter, tensor.shape, entry, file, into: tensor.values)
    }
    optimizer.begin(after: steps, parameters)
    taken.optimizerSteps = steps
  }

  /// Takes over the rows of a tensor that the job says are those of earlier ones, and returns how many.
  private func takeRows(
    of parameter: String, _ shape: Shape, _ entry: TensorEntry, _ file: SafetensorsFile, into values: Floats
  ) throws(StorageError) -> Int {
    let (new, old) = (shape.array, entry.shape)
    guard new.count == old.count, new.dropFirst().elementsEqual(old.dropFirst()) else {
      throw StorageError(
        .mismatch, path: file.path, expected: "'\(parameter)' of shape \(new), up to its rows",
        found: "\(old)",
        advice: "Give the options that this model was trained with.")
    }
    let (rows, earlierRows) = (new.first ?? 1, old.first ?? 1)
    let width = new.dropFirst().reduce(1, *)
    let earlier = try file.floats(entry.name)
    var taken = 0
    for row in 0..<rows {
      let place =
        new.isEmpty ? 0 : job.earlierRow(of: row, in: parameter, rows: rows, earlierRows: earlierRows)
      guard let place, place < earlierRows else { continue }
      for k in 0..<width { values[row * width + k] = earlier[place * width + k] }
      taken += 1
    }
    return taken
  }

  /// Begins with vectors of words that were made elsewhere: a table's rows of words that they have. Returns how many.
  mutating func begin(with vectors: PretrainedVectors) -> (taken: Int, count: Int) {
    guard let table = parameters.find(vectors.parameter) else { return (0, 0) }
    let (values, shape) = (parameters.values(of: table), parameters[table].shape)
    var taken = 0
    for row in 0..<shape.rows {
      guard let vector = vectors.file.vector(row) else { continue }
      for (k, value) in vector.enumerated() { values[row * shape.width + k] = value }
      taken += 1
    }
    return (taken, shape.rows)
  }
}
