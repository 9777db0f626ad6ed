import SluiceCore
import SluiceStorage

/// A model that a run has saved, with its parameters.
package struct SavedModel<Model>: ~Copyable {
  package let model: Model
  var parameters: Parameters

  /// Reads the model of a run.
  ///
  /// - Parameters:
  ///   - forUseAlone: whether the values do not change any more: they stay where they lie in the file, and what answers need of them
  ///     is made once.
  ///   - others: names of parameters that only a training needs, such as those of a second loss; they may be saved beside the model's.
  ///   - values: values that some parameters have in place of the saved ones, by their names; for use alone.
  ///   - build: builds what `run.json` describes. It is stopped at the first parameter that was not saved, before memory is taken
  ///     for it, so that a changed description costs neither time nor memory.
  /// - Throws: `StorageError` if the model cannot be read, or is not the one described.
  package init(
    _ directory: RunDirectory, engine: Engine, forUseAlone: Bool, besides others: Set<String> = [],
    replacing values: [String: Floats] = [:],
    _ build: (inout Parameters) throws(ModelError) -> Model
  ) throws(StorageError) {
    let file = try SafetensorsFile(path: directory.model)
    var parameters = Parameters(seed: 0, engine: engine, shapes: { file[$0]?.shape })
    let model: Model
    do {
      model = try build(&parameters)
    } catch {
      throw StorageError(
        .damaged, path: directory.configuration, expected: "settings of the saved model",
        found: String("\(error)".dropLast()), advice: RunDirectory.advice)
    }
    let saved = file.modelTensors.count { !others.contains($0.name) }
    guard parameters.count == saved else {
      throw StorageError(
        .mismatch, path: directory.configuration,
        expected: "settings of the saved model, which has \(saved) tensors",
        found: "those of one with \(parameters.count)", advice: RunDirectory.advice)
    }
    if forUseAlone { try parameters.use(file, replacing: values) } else { try parameters.read(from: file) }
    self.model = model
    self.parameters = parameters
  }

  /// The parameters alone.
  package consuming func takeParameters() -> Parameters { parameters }
}
