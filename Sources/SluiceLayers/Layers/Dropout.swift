import SluiceCore

/// A layer that zeroes elements at random in training mode and does nothing in evaluation mode.
///
/// See `dropout(_:probability:stream:_:)`.
public struct Dropout: Sendable, BitwiseCopyable {
  /// The share of elements zeroed in training mode, from 0 up to, not including, 1; the others are divided by
  /// 1 − probability.
  public let probability: Float
  /// Marks what the layer records, so that reports can name it; the random masks derive from it.
  public let layer: LayerHandle
  private let stream: UInt64

  /// - Throws: `ModelError` if the name is taken or the probability is not from [0, 1).
  public init(
    probability: Float, named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    guard probability >= 0, probability < 1 else {
      throw ModelError(
        "Dropout '\(name)'", expected: "a probability from 0 up to, not including, 1", got: "\(probability)")
    }
    self.probability = probability
    layer = try parameters.addLayer(named: name)
    stream = parameters.stream(of: layer)
  }

  /// The elements of `x`, some dropped in training mode.
  public func callAsFunction(_ x: Tensor, _ tape: inout Tape) -> Tensor {
    let previous = tape.enter(layer)
    defer { _ = tape.enter(previous) }
    return dropout(x, probability: probability, stream: stream, &tape)
  }

  /// The elements of `x`, some dropped in training mode.
  public func callAsFunction(_ x: RaggedTensor, _ tape: inout Tape) -> RaggedTensor {
    RaggedTensor(steps: self(x.steps, &tape), sequences: x.sequences)
  }
}
