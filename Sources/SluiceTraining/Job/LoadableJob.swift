import SluiceCore

/// A job whose model follows from its settings and its description alone, so that `SavedRun` loads what it trained without its
/// data.
///
/// Implement the function of the type instead of `makeModel(in:)`: a training builds the model by the same lines.
public protocol LoadableJob: TrainingJob {
  /// Builds the model: adds its parameters.
  static func makeModel(
    _ settings: Settings, _ description: Description, in parameters: inout Parameters
  ) throws(ModelError) -> Model
}

extension LoadableJob {
  public func makeModel(in parameters: inout Parameters) throws(ModelError) -> Model {
    try Self.makeModel(settings, description, in: &parameters)
  }
}
