extension Ailment {
  /// What to try, where the figures give no number.
  public var hint: String {
    switch self {
    case .unscaledInput:
      "Take the mean off each input column and divide it by its deviation, both of the training part."
    case .constantInput: "It says nothing: leave it out, or look at how it is read."
    case .inputNotFinite: "Fill in or leave out what is missing before it reaches the model."
    case .inputShifted: "Look at what changed in the data there: a unit, a file, an order of columns."
    case .unscaledTarget:
      "Take the mean off the targets and divide them by their deviation; undo it in what is predicted."
    case .unshuffled: "Take the examples in random order, anew in every epoch."
    case .unbalanced:
      "Watch a metric by class, not the accuracy; weigh the rare classes more, or show them more often."
    case .unknownSymbols:
      "Build the alphabet or vocabulary from the training part, with the same normalization."
    case .rowsNeverSeen: "A smaller table does as well, unless later data have those rows."
    case .duplicateRows:
      "Give every row a start of its own: rows that begin alike and are used alike stay alike."
    case .leakage: "Take examples that are in both parts out of one; then believe the validation."
    case .noGradient: "The loss does not depend on it: is its layer's output used, and not detached?"
    case .frozen: "Is it meant to be frozen? Otherwise make it trainable, or look at its group's rate."
    case .noNonlinearity: "Two affine layers in a row are one: put a ReLU, a GELU or a tanh between them."
    case .weightsSmall, .weightsLarge:
      "Let the initial weights have a deviation of about 1/√inputs; the layers' own initial values do."
    case .tooMuchDropout: "Drop less: 0.1 to 0.5 is usual."
    case .withoutGain: "Let the gain begin at 1."
    case .ofNothing: "What is normalized hardly varies: look at the layer before it."
    case .stateNotCarried: "Begin each step from the states that the one before ended with."
    case .stateNeverReset: "Begin each text from zeros: what one text ends with says nothing of the next."
    case .softmaxTwice: "Give the loss the logits: it takes the softmax itself."
    case .belowLeast: "Change the sign of the loss."
    case .notAveraged: "Divide the loss by the number of examples, or the rate by it."
    case .maskedAway: "Look at the mask or the weights: nearly nothing is left to learn from."
    case .temperatureSmall: "Raise the temperature to about the usual squared distance."
    case .marginUnreachable: "Lower the margin below the largest difference of distances that there can be."
    case .uphill: "Take the gradient off the values: change the sign of the update, or of the loss."
    case .adding: "Clear the gradients after every update."
    case .clippedAway: "Raise the limit to about the usual norm of the gradient, or leave clipping out."
    case .rateTooHigh: "Divide the learning rate by 10."
    case .rateTooLow: "Multiply the learning rate by 10 to 1000."
    case .momentumHigh: "Set the momentum to 0.9, or lower the rate by as much as it was raised."
    case .decayStrong: "Lower the weight decay."
    case .epsilonLarge: "Set epsilon far below the size of the gradient; 1e-8 is usual."
    case .scheduleDied: "Let the schedule end with the training, or at a floor."
    case .nonFinite:
      "Look at the operation named: a logarithm or a root of zero, a division by zero, or a step too large before it."
    case .saturated:
      "The slope is gone there: lower the scale of the weights or inputs before it, or take the bias back to near 0."
    case .deadUnits: "Lower the rate or the weights' scale; look for a large negative bias."
    case .attentionCollapsed:
      "Divide the scores by the root of the head's width, and lower the scale of the projections."
    case .attentionUniform:
      "No row tells one place from another: look at the projections' scale and at positions."
    case .explodingTime:
      "Orthogonal recurrent weights, smaller ones, a gated cell, or a limit on the gradient's norm."
    case .vanishingTime:
      "Use a gated cell with the gate biased to keep (forget bias 1 to 3), orthogonal recurrent weights, or shorter "
        + "sequences."
    case .vanishingDepth:
      "Scale the initial weights with the number of inputs, use ReLU or gates, normalize layers, or add a path around "
        + "them."
    case .blocked:
      "Something between it and the loss lets nothing through: look at the layers behind it for saturated gates, "
        + "tiny weights or a wrong function."
    case .exploding:
      "Clip the gradient by its norm, lower the rate, and check the scale of inputs and weights."
    case .collapse: "All examples give the same: look for a layer that ignores its input, or a rate too high."
    case .badStart:
      "A model that knows nothing should say so: lower the weights' scale of the last layer, or set its bias to the "
        + "logarithm of the class frequencies."
    case .spike: "Look at the batch of that step; limit the gradient's norm, or pass over such steps."
    case .lossRising: "Check the sign of the loss and lower the learning rate."
    case .notFromInputs:
      "Do the labels belong to the inputs? Does anything of the input reach the loss? Try `sluice check`."
    case .lossFlat: "Can the model overfit one batch? Try `sluice check`."
    case .labelNoise: "Look at the examples that stay most wrong; some labels may be."
    case .overfitting: "Keep the model of that step; more data, dropout or decay help, or a smaller model."
    case .validationPlateau:
      "The best model is kept; more epochs bring nothing, so it may end there, as --patience lets it."
    case .worseThanBaseline:
      "A simpler method does better on these data: see which, and what it sees that the model does not."
    case .own: "See what its detector looks for."
    }
  }
}
