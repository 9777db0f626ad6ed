/// The settings of a training that can make its numbers overflow.
struct Suspects {
  var optimizer: OptimizerSettings
  /// The factor of a second loss, if there is one.
  var lossFactor: Float?

  /// What to try after numbers that are not finite: the settings that are far from usual by name, or else what helps most often.
  var advice: String {
    var found: [String] = []
    let usual = OptimizerSettings(optimizer.name)
    // A decay takes the share rate · decay of a value at each step, or adds decay · value to its gradient. From 1 on
    // values change their sign instead of shrinking, and from 2 on they grow.
    let decay = optimizer.weightDecay
    if decay >= 1 || decay * optimizer.learningRate >= 1 {
      found.append("a smaller weight decay (--weight-decay, now \(decay); 0.01 is much)")
    }
    if let lossFactor, abs(lossFactor) >= 100 {
      found.append(
        "a smaller factor of the soft nearest neighbor loss (--soft-nearest-neighbor, now \(lossFactor))")
    }
    // Jobs use rates up to a hundred times the rule's own.
    if optimizer.learningRate >= 1_000 * usual.learningRate {
      found.append(
        "a smaller learning rate (--learning-rate, now \(optimizer.learningRate); \(usual.learningRate) is usual for "
          + "\(optimizer.name.rawValue))")
    }
    if found.isEmpty {
      found.append("a smaller learning rate (--learning-rate, now \(optimizer.learningRate))")
      if optimizer.clipNorm == nil { found.append("a limit on the gradient's norm (--clip-norm)") }
      return "Try " + found.joined(separator: ", or ") + "."
    }
    return "Try " + found.joined(separator: ", and ") + "."
  }
}
