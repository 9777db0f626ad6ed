import Foundation
import Sluice
import Testing

@testable import SluiceTraining

@Suite("Settings of trainings")
struct JobSettingsTests {
  /// The problem of settings after a change.
  private func problem<Settings: JobSettings>(
    _ settings: Settings, _ change: (inout Settings) -> Void
  ) -> SettingProblem? {
    var settings = settings
    change(&settings)
    do {
      try settings.check(SettingCheck("settings."))
      return nil
    } catch {
      return error
    }
  }

  @Test("The usual settings are within their limits, and so are all configurations")
  func usual() {
    #expect(problem(ClassifierJobSettings()) { _ in } == nil)
    #expect(problem(StemJobSettings()) { _ in } == nil)
    for configuration in LanguageModelConfiguration.allCases {
      #expect(problem(configuration.settings) { _ in } == nil)
    }
  }

  @Test("Settings of stems of before n-grams and counts are those of characters, all words alike")
  func earlierStems() throws {
    let data = try JSONEncoder().encode(StemJobSettings())
    var members = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    for name in ["reader", "ngramRows", "ngramHashes", "countExponent"] {
      #expect(members.removeValue(forKey: name) != nil, "\(name)")
    }
    let earlier = try JSONDecoder().decode(
      StemJobSettings.self, from: JSONSerialization.data(withJSONObject: members))
    #expect(problem(earlier) { _ in } == nil)
    #expect(earlier.model.readsCharacters && !earlier.model.readsGrams && earlier.countExponent == nil)
    #expect(problem(earlier) { $0.model.reader = .both }?.field == "settings.ngramRows")
    #expect(
      problem(StemJobSettings()) { $0.model.ngramRows = 1_000 }?.expected.hasPrefix("a power of two") == true)
    #expect(problem(StemJobSettings()) { $0.model.ngramHashes = 0 }?.field == "settings.ngramHashes")
    #expect(problem(StemJobSettings()) { $0.countExponent = 1.5 }?.field == "settings.countExponent")
  }

  @Test("A setting beyond its limit is named with what is expected, in every job")
  func limits() {
    let epochs = problem(ClassifierJobSettings()) { $0.epochs = 0 }
    #expect(epochs?.description == "expected a whole number from 1 to 100000 for 'settings.epochs', found 0")
    #expect(problem(StemJobSettings()) { $0.epochs = 100_001 }?.field == "settings.epochs")
    #expect(problem(LanguageModelJobSettings()) { $0.epochs = -1 }?.field == "settings.epochs")
    #expect(
      problem(ClassifierJobSettings()) { $0.validationShare = -0.5 }?.field == "settings.validationShare")
    #expect(problem(StemJobSettings()) { $0.validationShare = .nan }?.field == "settings.validationShare")
    #expect(
      problem(LanguageModelJobSettings()) { $0.validationShare = 1 }?.field == "settings.validationShare")
    #expect(problem(ClassifierJobSettings()) { $0.batch = 0 }?.field == "settings.batch")
    #expect(problem(StemJobSettings()) { $0.batch = 3 }?.field == "settings.batch")
    #expect(problem(StemJobSettings()) { $0.margin = 2.5 }?.field == "settings.margin")
    #expect(problem(LanguageModelJobSettings()) { $0.streams = 0 }?.field == "settings.streams")
    #expect(
      problem(LanguageModelJobSettings()) { $0.vocabularyLimit = 2 }?.field == "settings.vocabularyLimit")
    // Of the model among them.
    #expect(problem(ClassifierJobSettings()) { $0.model.units = 8_193 }?.field == "settings.units")
    #expect(problem(StemJobSettings()) { $0.model.width = 0 }?.field == "settings.width")
    #expect(problem(LanguageModelJobSettings()) { $0.model.steps = 4_097 }?.field == "settings.steps")
  }

  @Test("A setting of the optimizer beyond its limit is named")
  func optimizer() {
    func problem(_ change: (inout OptimizerSettings) -> Void) -> SettingProblem? {
      self.problem(StemJobSettings()) { change(&$0.optimizer) }
    }
    #expect(problem { $0.learningRate = 0 }?.field == "settings.optimizer.learningRate")
    #expect(problem { $0.learningRate = .infinity }?.field == "settings.optimizer.learningRate")
    #expect(problem { $0.momentum = 1 }?.field == "settings.optimizer.momentum")
    #expect(problem { $0.weightDecay = -1 }?.field == "settings.optimizer.weightDecay")
    #expect(problem { $0.clipNorm = 0 }?.field == "settings.optimizer.clipNorm")
    #expect(problem { $0.warmUpSteps = -1 }?.field == "settings.optimizer.warmUpSteps")
    let schedule = problem { $0.schedule = .step(every: 0, factor: 0.5) }
    #expect(schedule?.field == "settings.optimizer.schedule" && schedule?.found == "step:0:0.5")
  }

  @Test("Settings are stored in one level, the model's among the others, and read back the same")
  func stored() throws {
    func members(_ settings: some JobSettings) throws -> [String: Any] {
      try #require(
        JSONSerialization.jsonObject(with: JSONEncoder().encode(settings)) as? [String: Any])
    }
    func readBack<Settings: JobSettings>(_ settings: Settings) throws -> Settings {
      try JSONDecoder().decode(Settings.self, from: JSONEncoder().encode(settings))
    }
    var classifier = ClassifierJobSettings()
    (classifier.model.units, classifier.softNearestNeighbor) = (7, -0.5)
    #expect(try readBack(classifier) == classifier)
    let keys = try members(classifier)
    #expect(keys["units"] as? Int == 7 && keys["epochs"] as? Int == 15 && keys["model"] == nil)
    #expect((keys["unknownShare"] as? Double).map { Float($0) } == 0.01)
    var stems = StemJobSettings()
    (stems.model.width, stems.sampling) = (9, .semiHard)
    #expect(try readBack(stems) == stems && members(stems)["width"] as? Int == 9)
    for configuration in LanguageModelConfiguration.allCases {
      let settings = configuration.settings
      #expect(try readBack(settings) == settings)
      #expect(try members(settings)["steps"] as? Int == settings.model.steps)
    }
  }

  @Test("What a run says of a language model names the configuration that its settings began with")
  func configuration() throws {
    var settings = LanguageModelConfiguration.wordSmall.settings
    (settings.streams, settings.model.steps) = (2, 5)
    let job = try LanguageModelJob(
      WordCorpus(training: RegularText.lines, validation: RegularText.lines), configuration: .wordSmall,
      settings: settings)
    let stored = try JSONEncoder().encode(RunRecord(of: job, on: Engine(threads: 1)))
    let members = try #require(JSONSerialization.jsonObject(with: stored) as? [String: Any])
    #expect(
      (members["settings"] as? [String: Any])?["configuration"] as? String == "word-small"
        && members["job"] as? String == "language-model")
    #expect((members["settings"] as? [String: Any])?["streams"] as? Int == 2)
    #expect(
      try JSONDecoder().decode(RunRecord<LanguageModelJob>.self, from: stored).description == job.description)
  }
}
