import SluiceCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The checks to make before a long training (after A. Karpathy, "A Recipe for Training Neural Networks", 2019).
///
///     let lines = try Recipe().run { variant in try MySubject(variant) }
///
/// The subject is made anew, from the same seed, for each check that trains. Allocates; meant for before a training.
public struct Recipe: Sendable {
  /// The most updates to overfit the tiny batch.
  public var overfitSteps = 300
  /// The loss below which the tiny batch counts as learnt by heart.
  public var overfitLoss: Float = 0.05
  /// The updates of the shorter trainings.
  public var shortSteps = 40

  /// The usual recipe.
  public init() {}

  /// Runs all checks, in order.
  public func run<Subject: RecipeSubject & ~Copyable>(
    _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> [RecipeLine] {
    var lines: [RecipeLine] = []
    lines.append(try same(make))
    var fresh = try make(RecipeVariant())
    lines += start(&fresh)
    lines.append(independence(&fresh))
    if let line = future(&fresh) { lines.append(line) }
    lines.append(modes(&fresh))
    lines += overfit(&fresh)
    lines.append(try baseline(make))
    lines.append(try capacity(make))
    lines.append(try rates(make))
    return lines
  }

  private func same<Subject: RecipeSubject & ~Copyable>(
    _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> RecipeLine {
    var one = try make(RecipeVariant())
    var other = try make(RecipeVariant())
    var isSame = true
    for _ in 0..<5 where one.step(.real).bitPattern != other.step(.real).bitPattern { isSame = false }
    isSame = isSame && one.values == other.values
    return line(
      "same seed, same result", isSame ? .pass : .fail,
      isSame ? "two trainings of 5 steps gave the same bits" : "two trainings of 5 steps differ",
      "Something random does not derive from the seed.")
  }

  private func start<Subject: RecipeSubject & ~Copyable>(_ subject: inout Subject) -> [RecipeLine] {
    guard let classes = subject.classCount else { return [] }
    let loss = subject.loss(.real, mode: .evaluation)
    let chance = Float(log(Double(classes)))
    let off = abs(loss - chance) / chance
    var counts = Array(repeating: 0, count: classes)
    for label in subject.labels where label < classes { counts[label] += 1 }
    let shares = counts.filter { $0 > 0 }.map { Double($0) / Double(subject.labels.count) }
    let entropy = -shares.reduce(0) { $0 + $1 * log($1) }
    return [
      line(
        "loss at the start", off < 0.15 ? .pass : off < 0.4 ? .warn : .fail,
        "\(loss), -log(1/\(classes)) is \(chance)",
        "Lower the scale of the last layer's weights, and set its biases to 0 or the logarithms of the class "
          + "frequencies."),
      line(
        "guessing by class frequencies", .pass,
        "loss \(Float(entropy)), accuracy \(Float(shares.max() ?? 0)) on the tiny batch: what a model has to beat",
        ""),
    ]
  }

  private func independence<Subject: RecipeSubject & ~Copyable>(_ subject: inout Subject) -> RecipeLine {
    guard let leak = subject.leakBetweenExamples() else {
      return line("examples apart", .warn, "cannot be told for this model", "Let the subject say.")
    }
    return line(
      "examples apart", leak == 0 ? .pass : .fail,
      "the first example's output has a gradient of at most \(leak) at the input of others",
      "An operation mixes examples: look for a sum, a normalisation or a reshape along the wrong axis.")
  }

  private func future<Subject: RecipeSubject & ~Copyable>(_ subject: inout Subject) -> RecipeLine? {
    guard let leak = subject.leakFromTheFuture() else { return nil }
    return line(
      "no look-ahead", leak == 0 ? .pass : .fail,
      "an output has a gradient of at most \(leak) at later inputs",
      "The model sees what it is to predict: shift the targets, or read in one direction only.")
  }

  private func modes<Subject: RecipeSubject & ~Copyable>(_ subject: inout Subject) -> RecipeLine {
    let first = subject.loss(.real, mode: .evaluation)
    _ = subject.loss(.real, mode: .training)
    let second = subject.loss(.real, mode: .evaluation)
    let isSame = first.bitPattern == second.bitPattern
    return line(
      "nothing random in evaluation", isSame ? .pass : .fail, "two evaluations gave \(first) and \(second)",
      "Dropout is active in evaluation: set the tape's mode.")
  }

  private func overfit<Subject: RecipeSubject & ~Copyable>(_ subject: inout Subject) -> [RecipeLine] {
    let before = subject.values
    var loss = Float.infinity
    var steps = 0
    while steps < overfitSteps, !(loss < overfitLoss) {
      loss = subject.step(.real)
      steps += 1
      if !loss.isFinite { break }
    }
    let after = subject.values
    var hint = "Do labels and inputs belong together? Does the gradient reach every layer? Is the rate right?"
    if let classes = subject.classCount {
      // A softmax of a softmax cannot do better than this.
      let floor = Float(log(1 + Double(classes - 1) / M_E))
      if abs(loss - floor) < 0.1 * floor {
        hint =
          "The loss stops at log(1 + (n - 1)/e): the softmax is applied twice. Give the loss plain logits."
      }
    }
    if loss < 0 { hint = "The loss is negative: check its sign." }
    let isLearnt = loss < overfitLoss && loss > -1e-3
    var still: [String] = []
    var moved: [String] = []
    for i in before.indices {
      if subject.trained[i] && before[i] == after[i] { still.append(subject.parameterNames[i]) }
      if !subject.trained[i] && before[i] != after[i] { moved.append(subject.parameterNames[i]) }
    }
    let frozen = subject.parameterNames.indices.filter { !subject.trained[$0] }
    let frozenNames = frozen.map { subject.parameterNames[$0] }.joined(separator: ", ")
    return [
      line(
        "overfits a tiny batch", isLearnt ? .pass : .fail, "loss \(loss) after \(steps) updates", hint),
      line(
        "every trained parameter moves", still.isEmpty ? .pass : .fail,
        still.isEmpty ? "all moved" : "these did not: \(still.joined(separator: ", "))",
        "The loss does not reach them, or their rate is 0."),
      line(
        "frozen parameters stay", moved.isEmpty ? (frozen.isEmpty ? .pass : .warn) : .fail,
        moved.isEmpty
          ? (frozen.isEmpty ? "none is frozen" : "frozen: \(frozenNames)")
          : "these moved: \(moved.joined(separator: ", "))",
        moved.isEmpty ? "Are they meant to be frozen?" : "Something updates them past the optimizer."),
    ]
  }

  private func train<Subject: RecipeSubject & ~Copyable>(
    _ variant: RecipeVariant, _ input: RecipeInput, _ steps: Int, _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> Float {
    var subject = try make(variant)
    for _ in 0..<steps { _ = subject.step(input) }
    return subject.loss(input, mode: .evaluation)
  }

  private func baseline<Subject: RecipeSubject & ~Copyable>(
    _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> RecipeLine {
    let real = try train(RecipeVariant(), .real, shortSteps, make)
    let blank = try train(RecipeVariant(), .blank, shortSteps, make)
    return line(
      "the input matters", real < 0.9 * blank ? .pass : .fail,
      "after \(shortSteps) updates the loss is \(real), with blank inputs \(blank)",
      "The model does not use its input: look at what reaches the first layer.")
  }

  private func capacity<Subject: RecipeSubject & ~Copyable>(
    _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> RecipeLine {
    var doubled = RecipeVariant()
    doubled.unitsFactor = 2
    let usual = try train(RecipeVariant(), .real, shortSteps, make)
    let larger = try train(doubled, .real, shortSteps, make)
    return line(
      "twice the units learn more", larger <= usual || larger < overfitLoss ? .pass : .warn,
      "after \(shortSteps) updates the loss is \(usual), with twice the units \(larger)",
      "Larger models want a smaller rate; it need not mean anything.")
  }

  private func rates<Subject: RecipeSubject & ~Copyable>(
    _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> RecipeLine {
    var best: (factor: Float, loss: Float) = (1, .infinity)
    var own = Float.infinity
    var unmoved = Float.infinity
    var told: [String] = []
    for factor in [0.001, 0.01, 0.1, 0.3, 1, 3, 10, 100] as [Float] {
      var variant = RecipeVariant()
      variant.rateFactor = factor
      let loss = try train(variant, .real, shortSteps / 2, make)
      told.append("\(factor)×: \(loss)")
      if loss < best.loss { best = (factor, loss) }
      if factor == 0.001 { unmoved = loss }
      if factor == 1 { own = loss }
    }
    // The rate asked for only has to work; a short training always likes a larger one.
    let isFar = !own.isFinite || (best.factor >= 10 || best.factor <= 0.1) && own > 0.5 * unmoved
    return line(
      "learning rate", isFar ? .warn : .pass,
      "loss after \(shortSteps / 2) updates by rate: "
        + told.joined(separator: ", "), "Try \(best.factor) times the rate.")
  }

  private func line(
    _ name: String, _ outcome: RecipeLine.Outcome, _ detail: String, _ hint: String
  ) -> RecipeLine {
    RecipeLine(name: name, outcome: outcome, detail: detail, hint: outcome == .pass ? "" : hint)
  }
}
