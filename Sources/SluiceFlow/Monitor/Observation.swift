import SluiceCore

/// What the rules judge.
struct Observation {
  let step: Int
  let parameters: [ParameterFigures]
  let isWatched: [Bool]
  let operations: [OperationFigures]
  let times: [TimeFigures]
  let inputs: [InputFigures]
  let senses: [SenseFigures]
  let labels: LossFigures
  let update: UpdateRecord
  /// Whether the update of these gradients was seen.
  let isUpdated: Bool
  let gradientNorm: Float
  let nonFiniteCount: Int
  let loss: LossHistory
}
