import Foundation
import Sluice
import Testing

@testable import SluiceTraining

@Suite("Trainings that stop on a finding")
struct StopConditionTests {
  private static func options(_ condition: StopCondition?) -> TrainingOptions {
    var options = TrainingOptions()
    options.stopOn = condition
    options.detectors = [AlarmAtSteps(severity: .warning, steps: 5...6)]
    return options
  }

  @Test(
    "A finding of the name or severity asked for stops the training, which can go on to the same bits",
    arguments: [StopCondition.any, .severity(.warning), .finding("as asked for")])
  func stops(_ condition: StopCondition) throws {
    let folder = try RunFolder()
    try Training(SmallJobs.classifier(), in: folder.file("never"), options: Self.options(nil)).run()
    let path = folder.file("run")
    var steps = 0
    let outcome = try Training(SmallJobs.classifier(), in: path, options: Self.options(condition)).run {
      event in
      if case .step(let step, _) = event { steps = step.number }
      return .goOn
    }
    guard case .stopped(let finding) = outcome.end else {
      Issue.record("It ended with \(outcome.end).")
      return
    }
    #expect(finding.name == "as asked for" && steps == 5 && outcome.canResume)
    let resumed = try Training<ClassifierJob>.resume(in: path, options: Self.options(nil))
    #expect(resumed.end == .finished)
    #expect(
      try Traces(path, ClassifierJob.self) == Traces(folder.file("never"), ClassifierJob.self))
  }

  @Test("A finding of less severity or another name stops nothing")
  func goesOn() throws {
    for condition in [StopCondition.severity(.fault), .finding("loss flat")] {
      let folder = try RunFolder()
      let outcome = try Training(
        SmallJobs.classifier(), in: folder.file("run"), options: Self.options(condition)
      ).run()
      #expect(outcome.end == .finished)
    }
  }

  @Test("Every word is read and written alike, with hyphens for spaces too")
  func words() {
    for word in StopCondition.words { #expect(StopCondition(word).text == word) }
    #expect(StopCondition("rate-too-high") == .finding("rate too high"))
    #expect(StopCondition("warning") == .severity(.warning) && StopCondition("any") == .any)
  }
}
