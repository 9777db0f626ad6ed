import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("What the trials of a tuning are")
struct TuningSpaceTests {
  private static let job = {
    var settings = ClassifierJobSettings()
    settings.embeddedExamples = 120
    return ClassifierJob(ProgramGuide(seed: 1).texts(120), settings: settings)
  }()

  private func choices(_ count: Int, sizeLimit: Int? = nil, seed: UInt64 = 1) throws -> [TuningChoice<
    ClassifierJobSettings
  >] {
    var settings = Self.job.settings
    settings.seed = seed
    var space = try TuningSpace(Self.job.with(settings), sizeLimit: sizeLimit, precision: nil)
    return try (0..<count).compactMap { try space.choice($0) }
  }

  @Test("Trial 0 has the default settings; the others are different, possible, and not much slower")
  func draws() throws {
    let choices = try choices(60)
    #expect(choices[0].settings == Self.job.settings)
    for (i, choice) in choices.enumerated() {
      #expect(!choices[..<i].contains(choice))
      try choice.settings.check(SettingCheck())
      #expect(
        ClassifierJob.work(of: choice.settings) <= 4 * ClassifierJob.work(of: Self.job.settings))
      #expect(choice.precision == .float32)
    }
    // Every dimension is varied.
    for dimension in ClassifierJob.dimensions {
      #expect(Set(choices.map { dimension.text($0.settings) }).count > 1, "\(dimension.name)")
    }
  }

  @Test("A trial follows from the seed and its number, and another seed draws others")
  func seeds() throws {
    let (few, many) = (try choices(5), try choices(20))
    #expect(few == Array(many.prefix(5)))
    let others = try choices(5, seed: 2)
    #expect(
      zip(few, others).dropFirst().allSatisfy {
        $0.settings.model != $1.settings.model || $0.settings.batch != $1.settings.batch
      })
  }

  @Test("With a limit of the size all trials keep it, the first in place of the default too")
  func sizes() throws {
    let space = try TuningSpace(Self.job, sizeLimit: nil, precision: nil)
    let usual = try space.size(of: space.choices[0])
    let limit = usual / 3
    let small = try TuningSpace(Self.job, sizeLimit: limit, precision: nil)
    let choices = try choices(20, sizeLimit: limit)
    for choice in choices { #expect(try small.size(of: choice) <= limit) }
    // The default itself does not keep it.
    #expect(choices[0] != space.choices[0])
    #expect(Set(choices.map(\.precision)).count > 1)
  }

  @Test("A limit that no model keeps is refused with the least that one keeps, which is taken")
  func tooSmall() throws {
    var least = 0
    do {
      _ = try TuningSpace(Self.job, sizeLimit: 100, precision: nil)
      Issue.record("100 bytes were taken")
    } catch TuningError.size(let limit, let bytes) {
      #expect(limit == 100)
      least = bytes
    }
    #expect(throws: Never.self) { _ = try TuningSpace(Self.job, sizeLimit: least, precision: nil) }
    #expect(throws: TuningError.self) { _ = try TuningSpace(Self.job, sizeLimit: least - 1, precision: nil) }
  }

  @Test(
    "The reckoned size is at least that of the file, and not much more", arguments: StoredPrecision.allCases)
  func reckonedSize(precision: StoredPrecision) throws {
    let folder = try TestFolder()
    var settings = Self.job.settings
    (settings.epochs, settings.model.units, settings.model.embeddingWidth) = (1, 16, 8)
    let space = try TuningSpace(Self.job.with(settings), sizeLimit: nil, precision: precision)
    var options = TrainingOptions()
    options.precision = precision
    try Training(
      Self.job.with(settings), in: folder.file("run"), options: options, engine: Engine(threads: 1)
    ).run()
    let file = try SafetensorsFile(path: folder.file("run/model.safetensors")).byteCount
    let reckoned = try space.size(of: space.choices[0])
    #expect(file <= reckoned && reckoned <= file + 512)
  }

  @Test("The reader and the cell bring the rate that is usual for them, unless another one was asked for")
  func usualRates() throws {
    func set(_ name: String, to text: String, in settings: inout ClassifierJobSettings) throws {
      let dimension = try #require(ClassifierJob.dimensions.first { $0.name == name })
      for choice in dimension.choices {
        choice(&settings)
        if dimension.text(settings) == text { return }
      }
      Issue.record("\(name) cannot be \(text)")
    }
    for asked: Float? in [nil, 0.1] {
      var settings = ClassifierJobSettings()
      settings.optimizer.learningRate = asked ?? settings.optimizer.learningRate
      try set("reader", to: "ngrams", in: &settings)
      #expect(settings.optimizer.learningRate == asked ?? 0.02)
      try set("reader", to: "both", in: &settings)
      try set("cell", to: "lstm", in: &settings)
      #expect(settings.optimizer.learningRate == asked ?? 0.004)
    }
  }

  @Test("A rate times a factor has few digits")
  func factors() throws {
    for dimension in ClassifierJob.dimensions where dimension.name == "learning-rate" {
      for change in dimension.choices {
        var settings = ClassifierJobSettings()
        change(&settings)
        #expect(dimension.text(settings).count <= 7, "\(dimension.text(settings))")
      }
    }
  }

  @Test("Stems and language models have trials of their own that can be")
  func otherJobs() throws {
    var stems = try TuningSpace(StemJob(), sizeLimit: nil, precision: nil)
    var models = try TuningSpace(LanguageModelJob(), sizeLimit: nil, precision: nil)
    for number in 0..<12 {
      try stems.choice(number)?.settings.check(SettingCheck())
      try models.choice(number)?.settings.check(SettingCheck())
    }
    #expect(stems.choices.count == 12 && models.choices.count == 12)
  }
}
