import Sluice
import Testing

@testable import SluiceCommand

@Suite("Options of optimizers")
struct OptimizerOptionsTests {
  @Test(
    "A schedule's text gives the schedule and the schedule its text",
    arguments: [
      "constant", "linear", "linear:500", "cosine", "cosine:100", "step:10:0.25", "exponential:0.999",
      "plateau:0.5:2", "halving",
    ])
  func schedules(text: String) throws {
    let setting = try #require(ScheduleSetting(text))
    #expect(setting.text == text)
    #expect(setting.schedule(plannedSteps: 1000, warmUpSteps: 10).problem == nil)
  }

  @Test(
    "What is no schedule is refused",
    arguments: [
      "", "cosin", "constant:1", "linear:0", "linear:-5", "linear:x", "cosine:1:2:3", "step", "step:0",
      "step:10:2", "exponential", "exponential:0", "exponential:nan", "plateau:2", "plateau:0.5:-1", ":",
      "step::", "linear:1e9x", "halving:1",
    ])
  func wrongSchedules(text: String) {
    #expect(ScheduleSetting(text) == nil)
  }

  @Test(
    "Left-out numbers have defaults", arguments: [("step:10", "step:10:0.5"), ("plateau", "plateau:0.5:0")])
  func defaults(text: String, full: String) {
    #expect(ScheduleSetting(text)?.text == full)
  }

  @Test("A schedule without steps runs over the whole training after the warm-up")
  func wholeTraining() {
    let schedule = ScheduleSetting.linear(steps: nil).schedule(plannedSteps: 110, warmUpSteps: 10)
    #expect(schedule.factor(at: 10) == 1)
    #expect(schedule.factor(at: 60) == 0.5)
    #expect(schedule.factor(at: 110) == 0)
  }

  @Test(
    "Every rule is listed with its default and source, and makes an optimizer",
    arguments: OptimizerName.allCases)
  func rules(name: OptimizerName) throws {
    let settings = OptimizerSettings(name)
    let line = OptimizerName.table.split(separator: "\n").first { $0.hasPrefix("\(name.rawValue) ") }
    #expect(try #require(line).contains("learning rate \(settings.learningRate)"))
    #expect(try #require(line).contains(name.source))
    #expect(settings.headline.hasPrefix("\(name.rawValue), touched rows lazy: learning rate"))
    var parameters = Parameters(seed: 1)
    _ = try Linear(inputs: 2, outputs: 2, named: "layer", in: &parameters)
    let optimizer = try settings.makeOptimizer(for: parameters, plannedSteps: 10)
    let momentum = (optimizer.groups[0].rule as? SGD)?.momentum ?? 0
    #expect(momentum == settings.momentum ?? 0)
  }

  /// The settings that a command line asks of a language model's configuration.
  private func overridden(_ arguments: String...) throws -> OptimizerSettings {
    let command = Command("train", abstract: "A test.", takes: OptimizerOptions.overrides) { _ in }
    guard case .run(_, let parsed) = try Parser.parse(arguments, for: command) else {
      throw UsageError("no run")
    }
    return try OptimizerOptions.settings(
      parsed, configured: LanguageModelConfiguration.charSmall.settings.optimizer,
      usual: LanguageModelJobSettings.usualOptimizer)
  }

  @Test("A configuration's optimizer stays as it is but for what is asked for")
  func overrides() throws {
    let paper = try overridden()
    #expect(paper == LanguageModelConfiguration.charSmall.settings.optimizer)
    #expect(paper.headline.hasPrefix("sgd, touched rows lazy: learning rate 1.0, schedule halving"))
    #expect(paper.headline.hasSuffix("clipped at norm 5.0"))
    let slower = try overridden("--learning-rate", "0.25", "--optimizer", "sgd")
    #expect(slower.learningRate == 0.25 && slower.schedule == .halving && slower.clipNorm == 5)
    let other = try overridden("--optimizer", "adam", "--schedule", "cosine", "--warm-up-steps", "7")
    #expect(other.name == .adam && other.learningRate == 0.002 && other.clipNorm == 5)
    #expect(other.schedule == .cosine(steps: nil) && other.warmUpSteps == 7)
    #expect(throws: UsageError.self) { try overridden("--momentum", "0.9") }
  }
}
