import SluiceCore

import CLibrary

/// Learning the tiny batch by heart, and all that can be seen meanwhile.
extension Recipe {
  func overfit<Subject: RecipeSubject & ~Copyable>(
    _ make: (RecipeVariant) throws -> Subject
  ) rethrows -> [RecipeLine] {
    var subject = try make(RecipeVariant())
    let before = subject.values
    let goal = goal(subject)
    let limit = min(overfitSteps, subject.overfitSteps)
    var dynamics = Dynamics()
    dynamics.add(subject.answers(), after: 0)
    var monitor = watch(subject)
    var loss = Float.infinity
    var steps = 0
    while steps < limit {
      loss = watchedStep(&subject, &monitor)
      guard loss.isFinite, !(loss < goal) else { break }
      steps += 1
      if steps & (steps - 1) == 0 { dynamics.add(subject.answers(), after: steps) }
    }
    let answers = subject.answers()
    if steps & (steps - 1) != 0 || steps == 0 { dynamics.add(answers, after: steps) }
    let isLearned = loss < goal && loss > -1e-3
    var lines = [
      RecipeLine(
        "overfits a tiny batch", isLearned ? .pass : .fail, "loss \(loss) after \(steps) updates",
        hint: hint(loss)),
      flow(monitor),
    ]
    lines += moves(subject, before)
    if let line = baselines(subject, answers, loss) { lines.append(line) }
    if let line = dynamics.line { lines.append(line) }
    return lines + subject.ownLines()
  }

  private func watch<Subject: RecipeSubject & ~Copyable>(_ subject: borrowing Subject) -> FlowMonitor {
    var settings = FlowSettings()
    settings.interval = 2
    settings.chanceLoss = subject.classCounts.isEmpty ? nil : subject.chance?.loss
    return FlowMonitor(for: subject.parameters, settings: settings)
  }

  /// A step that is watched as long as the batch is not about to be learned: then gradients vanish as they should.
  private func watchedStep<Subject: RecipeSubject & ~Copyable>(
    _ subject: inout Subject, _ monitor: inout FlowMonitor
  ) -> Float {
    guard monitor.stepCount < shortSteps else { return subject.step(.real) }
    let loss = subject.forward(.real, mode: .evaluation)
    monitor.observeForward(subject.tape, loss: loss)
    guard loss.isFinite else { return loss }
    subject.backward()
    monitor.observeBackward(subject.tape, subject.parameters)
    subject.update()
    monitor.observeUpdate(subject.parameters)
    return loss
  }

  private func hint(_ loss: Float) -> String {
    if loss < 0 { return "The loss is negative: check its sign." }
    return "Do labels and inputs belong together? Does the gradient reach every layer? Is the rate right?"
  }

  /// What the diagnosis says of the first steps: its first cause. What is frozen, and how frequent labels are, has a line of its own; and that gradients of one batch point the same way is as it
  /// should be.
  private func flow(_ monitor: borrowing FlowMonitor) -> RecipeLine {
    let causes = Verdict(of: monitor.diagnosis.findings).causes.filter {
      ![.frozen, .unbalanced, .rowsNeverSeen, .adding].contains($0.finding.ailment)
    }
    guard let first = causes.first else {
      return RecipeLine(
        "the gradient flows", .pass, "nothing was found in the first \(monitor.stepCount) steps")
    }
    let others = causes.dropFirst().prefix(2).map { "; also \($0.finding.headline)" }.joined()
    let count = first.consequences.isEmpty ? "" : " (consequences: \(first.consequences.count))"
    return RecipeLine(
      "the gradient flows", first.finding.severity == .note ? .warn : .fail,
      "\(first.finding.headline): \(first.finding.evidence)" + count + others, hint: first.finding.hint)
  }

  private func moves<Subject: RecipeSubject & ~Copyable>(
    _ subject: borrowing Subject, _ before: [[Float]]
  ) -> [RecipeLine] {
    let after = subject.values
    let still = subject.names { subject.isTrained($0) && before[$0] == after[$0] }
    let moved = subject.names { !subject.isTrained($0) && before[$0] != after[$0] }
    let frozen = subject.names { !subject.isTrained($0) }
    return [
      RecipeLine(
        "every trained parameter moves", still.isEmpty ? .pass : .fail,
        still.isEmpty ? "all moved" : "these did not: \(named(still))",
        hint: "The loss does not reach them, or their rate is 0."),
      RecipeLine(
        "frozen parameters stay", moved.isEmpty ? (frozen.isEmpty ? .pass : .warn) : .fail,
        moved.isEmpty
          ? (frozen.isEmpty ? "none is frozen" : "frozen: \(named(frozen))")
          : "these moved: \(named(moved))",
        hint: moved.isEmpty ? "Are they meant to be frozen?" : "Something updates them past the optimizer."),
    ]
  }

  /// The metric after learning by heart beside what needs no model.
  private func baselines<Subject: RecipeSubject & ~Copyable>(
    _ subject: borrowing Subject, _ answers: RecipeAnswers, _ loss: Float
  ) -> RecipeLine? {
    var known = subject.baselines
    var told = ["\(subject.metric) \(answers.share), loss \(loss)"]
    let (labels, counts) = (subject.labels, subject.classCounts)
    if let most = counts.indices.max(by: { counts[$0] < counts[$1] }), !labels.isEmpty {
      let name = subject.classNames.indices.contains(most) ? subject.classNames[most] : "\(most)"
      known.append(
        RecipeBaseline(
          "always \(ScreenText.quoted(name, limit: 60)), the most frequent",
          Float(labels.count { $0 == most }) / Float(labels.count)))
      let shares = self.shares(counts)
      let unigram = -labels.reduce(0.0) { $0 + log(shares[$1]) } / Double(labels.count)
      told.append("by class frequencies the loss is \(Float(unigram))")
    }
    guard !known.isEmpty else { return nil }
    told += known.map { "\($0.name): \($0.value)" }
    let isBetter = known.allSatisfy { answers.share >= $0.value }
    return RecipeLine(
      "baselines", isBetter ? .pass : .warn, "on the tiny batch: " + told.joined(separator: "; "),
      hint: "Even by heart it does not do better than a rule of thumb.")
  }
}

/// The answers for a fixed batch while it is learned.
private struct Dynamics {
  private var steps: [Int] = []
  private var answers: [RecipeAnswers] = []

  mutating func add(_ answers: RecipeAnswers, after step: Int) {
    steps.append(step)
    self.answers.append(answers)
  }

  /// How sure the model is of what is right, from step to step, and how often that went down.
  var line: RecipeLine? {
    guard let first = answers.first, let last = answers.last, !first.certainties.isEmpty else { return nil }
    var (falls, changes) = (0, 0)
    for (old, new) in zip(answers, answers.dropFirst()) {
      changes += min(old.certainties.count, new.certainties.count)
      falls += zip(old.certainties, new.certainties).count { $1 < $0 }
    }
    let isSurer = last.certainty > first.certainty
    let course = zip(steps, answers).map { "\($0): \($1.certainty)" }.joined(separator: ", ")
    return RecipeLine(
      "predictions of a fixed batch", isSurer ? .pass : .fail,
      "certainty of what is right by step \(course); \(falls) of \(changes) changes were for the worse",
      hint: "It becomes less sure of what is right: check the sign of the loss and lower the rate.",
      series: zip(steps, answers).map { RecipeSeries("step \($0)", $1.certainties) })
  }
}
