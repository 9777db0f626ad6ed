/// What to change, with its number, where a finding says one: a program can follow it to the letter.
public enum Remedy: Sendable, Equatable {
  /// Multiply the learning rate.
  case multiplyRate(Float)
  /// Multiply the learning rate of the group that a parameter belongs to.
  case multiplyGroupRate(String, Float)
  /// Set the learning rate, and keep it so.
  case holdRate(Float)
  /// Multiply the initial values of a parameter.
  case scaleWeights(String, Float)
  /// Leave the initial values to the layers, where several are out of scale.
  case initialize
  /// Take the mean off each input column and divide it by its deviation, both of the training part.
  case scaleInputs
  /// The same for the targets of a regression.
  case scaleTargets
  /// Limit the gradient's norm.
  case clipNorm(Float)
  /// Set the weight decay.
  case setDecay(Float)
  /// Set the weight decay of the group that a parameter belongs to.
  case setGroupDecay(String, Float)
  /// Set the momentum.
  case setMomentum(Float)
  /// Set the optimizer's epsilon.
  case setEpsilon(Float)
  /// Set the temperature of the loss.
  case setTemperature(Float)
  /// Set the margin of the loss.
  case setMargin(Float)
  /// Set the probability of dropout.
  case setDropout(Float)
  /// Clear the gradients after every update.
  case clearGradients
  /// Take the examples in random order.
  case shuffle
  /// Train a parameter that is frozen; without a name all that are.
  case unfreeze(String)
  /// Divide the loss by the examples it is summed over.
  case averageLoss
  /// Change the sign of the loss.
  case flipLoss
  /// Keep the rate from falling to nothing.
  case constantSchedule
  /// A cell with gates, the bias of the one that keeps at this value in the beginning.
  case gate(Float)
  /// A nonlinear function before a layer.
  case addNonlinearity(String)
  /// Begin each step from the states that the one before ended with.
  case carryState
  /// End the training at a step.
  case stopAt(Int)
}
