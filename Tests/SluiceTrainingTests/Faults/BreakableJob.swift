import Sluice

/// A job of the library whose forward pass is laid open, so that a fault can be put between its parts.
///
/// Only the forward pass stands here a second time: that without a fault it is the job's own is tested. The step is the `Trainer`'s.
protocol BreakableJob: CheckableJob {
  /// A small training of the job that can have the fault.
  static func small(_ fault: JobFault, seed: UInt64) throws -> Self
  /// What a fault in the recurrent layer is put into.
  var recurrentLayer: BreakableLayer { get }

  /// From a batch to what the loss is computed from.
  func forward(
    _ batch: Batches.Batch, by model: Model, from before: State, to after: inout State, with fault: JobFault,
    _ tape: inout Tape
  ) -> BreakableForward
  /// The loss by what `forward` gave.
  func loss(
    of outputs: Tensor, _ batch: Batches.Batch, by model: Model, with fault: JobFault, _ tape: inout Tape
  ) -> StepLoss<Figures>
  /// What the outputs make of each example.
  func answers(of outputs: Tensor, _ batch: Batches.Batch, _ tape: inout Tape) -> RecipeAnswers
  /// What one output of the first example depends on.
  func reach(of forward: BreakableForward, _ batch: Batches.Batch, _ tape: inout Tape) -> OutputReach
}

/// Where a forward pass begins and ends.
struct BreakableForward {
  /// The rows that the first layer that mixes them reads.
  var inputs: Tensor
  /// Logits or vectors.
  var outputs: Tensor
}

/// A recurrent layer with gates that can be shut.
struct BreakableLayer {
  /// What its parameters' names begin with.
  var name: String
  var units: Int
  /// Which block of the bias belongs to the gate to be shut.
  var gate: Int
  /// What shuts it.
  var shutBy: Float
}
