import SluiceCore

/// Solved parts that a model is saved with other values of than it is trained with: solved for once more on all the data, those to validate on among
/// them, with every choice kept that was made without them.
///
/// Whatever is measured on the validation part is measured with those of the training, which have not seen it: the figures of each epoch, what
/// decides which is the best, and the figures of a model that is stored with less precision. A part of its own, such as that of `--test`, is measured
/// with what is saved. A job's `examine`, which loads the saved model, has to put the measured values back by itself.
public struct RefittedParts: Sendable {
  /// The values in training, by the names of parameters.
  public var measured: [String: Floats]
  /// Those of the same parameters that the model is saved with.
  public var saved: [String: Floats]

  /// Both by the names of parameters.
  ///
  /// - Precondition: both have the same names, and as many values of each.
  public init(measured: [String: Floats], saved: [String: Floats]) {
    require(
      measured.mapValues(\.count) == saved.mapValues(\.count), "Both have values of the same parameters.")
    self.measured = measured
    self.saved = saved
  }
}
