import SluiceCore

/// The checks that compare short trainings.
extension Recipe {
  func trainings<Subject: RecipeSubject & ~Copyable>(
    _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> [RecipeLine] {
    let usual = try train(RecipeVariant(), .real, shortSteps, make)
    return [try blank(usual, make), try capacity(usual, make), try rates(make)]
  }

  private func train<Subject: RecipeSubject & ~Copyable>(
    _ variant: RecipeVariant, _ input: RecipeInput, _ steps: Int, _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> Float {
    var subject = try make(variant)
    for _ in 0..<steps where !subject.step(input).isFinite { return .infinity }
    return subject.forward(input, mode: .evaluation)
  }

  private func blank<Subject: RecipeSubject & ~Copyable>(
    _ usual: Float, _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> RecipeLine {
    let (real, blank) = try untilApart(usual, make)
    return RecipeLine(
      "the input matters", real.loss < 0.9 * blank ? .pass : .fail,
      "after \(real.steps) updates the loss is \(real.loss), with blank inputs \(blank)",
      hint: "The model does not use its input: look at what reaches the first layer.")
  }

  /// A slow rule needs more updates before the input shows; where it never does, eight times as many are tried.
  private func untilApart<Subject: RecipeSubject & ~Copyable>(
    _ usual: Float, _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> (real: (loss: Float, steps: Int), blank: Float) {
    var real = (loss: usual, steps: shortSteps)
    var blank = try train(RecipeVariant(), .blank, shortSteps, make)
    while !(real.loss < 0.9 * blank), real.steps < 8 * shortSteps {
      real.steps *= 2
      real.loss = try train(RecipeVariant(), .real, real.steps, make)
      blank = try train(RecipeVariant(), .blank, real.steps, make)
    }
    return (real, blank)
  }

  private func capacity<Subject: RecipeSubject & ~Copyable>(
    _ usual: Float, _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> RecipeLine {
    var doubled = RecipeVariant()
    doubled.unitsFactor = 2
    let larger = try train(doubled, .real, shortSteps, make)
    return RecipeLine(
      "twice the units learn more", larger <= usual || larger < overfitLoss ? .pass : .warn,
      "after \(shortSteps) updates the loss is \(usual), with twice the units \(larger)",
      hint: "Larger models want a smaller rate; it need not mean anything.")
  }

  private func rates<Subject: RecipeSubject & ~Copyable>(
    _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> RecipeLine {
    var best: (factor: Float, loss: Float) = (1, .infinity)
    var own = Float.infinity
    var unmoved = Float.infinity
    var told: [String] = []
    var losses: [RecipeSeries] = []
    for factor in [0.001, 0.01, 0.1, 0.3, 1, 3, 10, 100] as [Float] {
      var variant = RecipeVariant()
      variant.rateFactor = factor
      let loss = try train(variant, .real, shortSteps / 2, make)
      told.append("\(factor)×: \(loss)")
      losses.append(RecipeSeries("rate × \(factor)", [loss]))
      if loss < best.loss { best = (factor, loss) }
      if factor == 0.001 { unmoved = loss }
      if factor == 1 { own = loss }
    }
    // The rate asked for only has to work; a short training always likes a larger one.
    let isFar = !own.isFinite || (best.factor >= 10 || best.factor <= 0.1) && own > 0.5 * unmoved
    return RecipeLine(
      "learning rate", isFar ? .warn : .pass,
      "loss after \(shortSteps / 2) updates by rate: " + told.joined(separator: ", "),
      hint: "Try \(best.factor) times the rate.",
      series: losses)
  }
}
