import SluiceCore

/// The checks to make before a long training (after A. Karpathy, "A Recipe for Training Neural Networks", 2019).
///
///     let lines = try Recipe().run { variant in try MySubject(variant) }
///
/// The subject is made anew, from the same seed, for each check that trains. Allocates; meant for before a training.
public struct Recipe: Sendable {
  /// The loss below which the tiny batch counts as learned by heart; a tenth of the loss of chance where that is less.
  public var overfitLoss: Float = 0.05
  /// The most updates to learn it by heart, where the subject does not ask for fewer.
  public var overfitSteps = Int.max
  /// The updates of the shorter trainings.
  public var shortSteps = 40

  /// The usual recipe.
  public init() {}

  /// Runs all checks, in order.
  public func run<Subject: RecipeSubject & ~Copyable>(
    _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> [RecipeLine] {
    var lines: [RecipeLine] = []
    var fresh = try make(RecipeVariant())
    lines += seen(fresh)
    lines.append(try same(make))
    lines += start(&fresh)
    lines += logits(&fresh)
    lines += reach(&fresh)
    lines.append(try modes(&fresh, make))
    lines.append(gradients(&fresh))
    lines += try overfit(make)
    lines += try trainings(make)
    return lines
  }

  /// The loss below which the tiny batch counts as learned.
  func goal<Subject: RecipeSubject & ~Copyable>(_ subject: borrowing Subject) -> Float {
    guard let chance = subject.chance, chance.loss > 0 else { return overfitLoss }
    return min(overfitLoss, 0.1 * chance.loss)
  }

  private func same<Subject: RecipeSubject & ~Copyable>(
    _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> RecipeLine {
    var one = try make(RecipeVariant())
    var other = try make(RecipeVariant())
    var isSame = true
    for _ in 0..<5 where one.step(.real).bitPattern != other.step(.real).bitPattern { isSame = false }
    isSame = isSame && one.values.map { $0.map(\.bitPattern) } == other.values.map { $0.map(\.bitPattern) }
    return RecipeLine(
      "same seed, same result", isSame ? .pass : .fail,
      isSame ? "two trainings of 5 steps gave the same bits" : "two trainings of 5 steps differ",
      hint: "Something random does not derive from the seed.")
  }
}
