import SluiceCore

import CLibrary

/// The checks of a model that has learned nothing yet.
extension Recipe {
  /// What reaches the first layer, in a form that people can read.
  func seen<Subject: RecipeSubject & ~Copyable>(_ subject: borrowing Subject) -> [RecipeLine] {
    let inputs = subject.inputs
    guard let first = inputs.first else { return [] }
    let different = Set(inputs.map { CodePoints($0) }).count
    let isOne = inputs.count > 1 && different == 1
    var label = ""
    if let id = subject.labels.first, subject.labels.count == inputs.count, id < subject.classNames.count {
      label = ", labeled \(ScreenText.quoted(subject.classNames[id], limit: 60))"
    }
    return [
      RecipeLine(
        "seen before the first layer", isOne ? .fail : .pass,
        "\(different) different of \(inputs.count) examples; the first is "
          + ScreenText.quoted(first, limit: 60) + label,
        hint: "All examples look the same: look at how they are read and encoded.")
    ]
  }

  func start<Subject: RecipeSubject & ~Copyable>(_ subject: inout Subject) -> [RecipeLine] {
    guard let chance = subject.chance, chance.loss > 0 else { return [] }
    let loss = subject.forward(.real, mode: .evaluation)
    let off = (loss - chance.loss).magnitude / chance.loss
    var lines = [
      RecipeLine(
        "loss at the start", off < chance.warnsBeyond ? .pass : off < chance.failsBeyond ? .warn : .fail,
        "\(loss), \(chance.name) is \(chance.loss)",
        hint:
          "A model that knows nothing should say so: lower the scale of the last layer's weights, and set its "
          + "biases to 0 or the logarithms of the class frequencies.")
    ]
    if !subject.classCounts.isEmpty { lines.append(frequencies(&subject, loss)) }
    return lines
  }

  /// The loss with the output's bias set to the logarithms of the class frequencies, measured.
  private func frequencies<Subject: RecipeSubject & ~Copyable>(
    _ subject: inout Subject, _ before: Float
  ) -> RecipeLine {
    let shares = self.shares(subject.classCounts)
    let entropy = -shares.reduce(0) { $0 + $1 * log($1) }
    let bias = shares.map { Float(log($0)) }
    var detail = "guessing by them costs \(Float(entropy)); "
    if let handle = subject.outputBias {
      let values = subject.parameters.values(of: handle)
      let kept = values.array
      for i in 0..<min(values.count, bias.count) { values[i] = bias[i] }
      let after = subject.forward(.real, mode: .evaluation)
      for i in 0..<values.count { values[i] = kept[i] }
      detail +=
        "with the bias '\(subject.parameters[handle].name)' set to their logarithms the tiny batch costs \(after) "
        + "instead of \(before): "
    } else {
      detail += "the bias to set: "
    }
    let names = subject.classNames
    let order = bias.indices.sorted { (bias[$0], $1) > (bias[$1], $0) }
    detail += order.prefix(4).map {
      "\(names.indices.contains($0) ? ScreenText.cut(names[$0], to: 60) : "\($0)") \(bias[$0])"
    }
    .joined(separator: ", ")
    if bias.count > 4 { detail += ", … (all \(bias.count) in the file)" }
    return RecipeLine(
      "class frequencies", .pass, detail, series: [RecipeSeries("bias to set", bias)])
  }

  /// The shares of the classes; one that never occurs counts as half an example.
  func shares(_ counts: [Int]) -> [Double] {
    let padded = counts.map { max(Double($0), 0.5) }
    let total = padded.reduce(0, +)
    return padded.map { $0 / total }
  }

  func reach<Subject: RecipeSubject & ~Copyable>(_ subject: inout Subject) -> [RecipeLine] {
    guard let reach = subject.reach() else {
      return [
        RecipeLine("examples apart", .warn, "cannot be told for this model", hint: "Let the subject say.")
      ]
    }
    let isCutOff = reach.own == 0
    var lines = [
      RecipeLine(
        "examples apart", reach.others == 0 && !isCutOff ? .pass : .fail,
        isCutOff
          ? "an output has no gradient even at its own inputs"
          : "the first example's output has a gradient of at most \(reach.others) at the input of others, \(reach.own) "
            + "at its own",
        hint: isCutOff
          ? "Something between input and output lets no gradient through."
          : "An operation mixes examples: look for a sum, a normalization or a reshape along the wrong axis.")
    ]
    if let later = reach.later {
      lines.append(
        RecipeLine(
          "no look-ahead", later == 0 ? .pass : .fail,
          "an output has a gradient of at most \(later) at later inputs",
          hint: "The model sees what it is to predict: shift the targets, or read in one direction only."))
    }
    return lines
  }

  /// Training and evaluation differ by dropout and by nothing else.
  func modes<Subject: RecipeSubject & ~Copyable>(
    _ subject: inout Subject, _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> RecipeLine {
    let evaluation = subject.forward(.real, mode: .evaluation)
    let training = subject.forward(.real, mode: .training)
    let again = subject.forward(.real, mode: .evaluation)
    var variant = RecipeVariant()
    variant.hasDropout = false
    var plain = try make(variant)
    let plainTraining = plain.forward(.real, mode: .training)
    let plainEvaluation = plain.forward(.real, mode: .evaluation)
    let name = "training and evaluation"
    if evaluation.bitPattern != again.bitPattern {
      return RecipeLine(
        name, .fail, "two evaluations gave \(evaluation) and \(again)",
        hint: "Dropout is active in evaluation: set the tape's mode.")
    }
    if plainTraining.bitPattern != plainEvaluation.bitPattern {
      return RecipeLine(
        name, .fail,
        "without dropout the loss is \(plainTraining) in training and \(plainEvaluation) in evaluation",
        hint: "Something else than dropout depends on the mode.")
    }
    let isIdle = subject.dropout > 0 && training.bitPattern == evaluation.bitPattern
    return RecipeLine(
      name, isIdle ? .warn : .pass,
      "the loss is \(training) with dropout \(subject.dropout), \(evaluation) in evaluation; without dropout the same bits",
      hint: "Dropout does nothing in training: is its layer called, and with the tape's mode?")
  }

  /// A loss that takes logits and gets probabilities learns slowly and not far.
  func logits<Subject: RecipeSubject & ~Copyable>(_ subject: inout Subject) -> [RecipeLine] {
    guard let areProbabilities = subject.answers().areProbabilities else { return [] }
    return [
      RecipeLine(
        "plain logits", areProbabilities ? .fail : .pass,
        areProbabilities
          ? "what the loss gets is positive and sums to 1 in every row"
          : "what the loss gets is no probability yet",
        hint: "The softmax is applied twice. Give the loss plain logits.")
    ]
  }

  /// Every trained parameter gets a gradient.
  func gradients<Subject: RecipeSubject & ~Copyable>(_ subject: inout Subject) -> RecipeLine {
    let name = "every trained parameter gets a gradient"
    guard subject.forward(.real, mode: .evaluation).isFinite else {
      let origin = subject.tape.firstNonFinite().map { "\($0)" } ?? "the loss"
      return RecipeLine(
        name, .fail, "the loss is not finite: \(origin)",
        hint: "Look at the operation named: a logarithm or a root of zero, or a division by zero.")
    }
    subject.backward()
    let without = subject.names { subject.isTrained($0) && !(subject.largestGradient($0) > 0) }
    return RecipeLine(
      name, without.isEmpty ? .pass : .fail,
      without.isEmpty
        ? "of \(subject.parameters.count)" : "these get none: \(named(without))",
      hint: "The loss does not depend on them: is their layer's output used, and not detached?")
  }
}
