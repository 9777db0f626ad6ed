import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("What a saved model does with its validation part")
struct ExaminationTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func examination<Job: TrainingJob>(of job: Job) throws -> (RunDirectory, Examination) {
    let path = folder.file("run")
    try Training(job, in: path, engine: Engine(threads: 1)).run()
    let run = try RunDirectory.open(path)
    return (run, try #require(run.examination()))
  }

  @Test("A classifier's counts, probabilities and examples are those of its answers")
  func classifier() throws {
    var settings = ClassifierJobSettings()
    (settings.model.units, settings.model.embeddingWidth, settings.epochs, settings.batch) = (8, 4, 2, 16)
    settings.embeddedExamples = 200
    let job = try ClassifierJob(settings: settings)
    let (run, examination) = try examination(of: job)

    var saved = try SavedClassifier(run: run.path)
    var (right, errors, first) = ([Int](), 0, [Float]())
    for i in 0..<job.validation.count {
      let probabilities = saved.probabilities(of: job.validationTexts.text(i))
      let label = Int(job.validation.labels[i])
      let best = probabilities.firstIndex(of: probabilities.max()!)!
      if best == label { right.append(i) } else { errors += 1; first.append(probabilities[label]) }
    }
    #expect(examination.labels.reduce(0) { $0 + $1.count } == job.validation.count)
    #expect(examination.labels.reduce(0) { $0 + $1.predicted } == job.validation.count)
    #expect(examination.labels.reduce(0) { $0 + $1.correct } == right.count)
    #expect(examination.confusions.reduce(0) { $0 + $1.count } == errors)
    let calibration = try #require(examination.calibration)
    #expect(calibration.count == job.validation.count)
    #expect(calibration.bins.reduce(0) { $0 + $1.correct } == right.count)
    // The most wrong ones are those whose own label has the least probability.
    #expect(examination.mostWrong.count == min(20, errors) && errors > 0)
    for (example, want) in zip(examination.mostWrong, first.sorted()) {
      #expect(abs(example.labelProbability - Double(want)) < 1e-6 && example.label != example.predicted)
    }
    let answer = saved.label(examination.mostWrong[0].text)
    #expect(answer.label == examination.mostWrong[0].predicted)
    #expect(examination.leastSure.count == 20)
    #expect(examination.leastSure[0].probability < 0.5)

    // Of another model, or damaged, it counts for nothing.
    let file = run.path + "/examination.json"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let huge = text.replacing("\"labelsLeftOut\" : 0", with: "\"labelsLeftOut\" : \(Int.max)")
    #expect(huge != text)
    for wrong in [text.replacing("\"model\" : \"", with: "\"model\" : \"0"), huge, "{", "[]", ""] {
      try wrong.write(toFile: file, atomically: true, encoding: .utf8)
      #expect(run.examination() == nil)
    }
  }

  @Test("Stems have words near to words that training never saw, and say which are related")
  func stems() throws {
    var settings = StemJobSettings()
    (settings.model.units, settings.model.embeddingWidth, settings.model.width) = (8, 4, 8)
    settings.epochs = 1
    let job = try StemJob(settings: settings)
    let (run, examination) = try examination(of: job)
    #expect(examination.neighbors.count == 12 && examination.labels.isEmpty)
    var saved = try SavedStems(run: run.path)
    for neighbors in examination.neighbors {
      #expect(job.validation.words.contains(neighbors.word) && neighbors.near.count == 5)
      #expect(neighbors.near.map(\.word) == saved.nearest(to: neighbors.word).map(\.word))
      let own = try #require(job.all.words.firstIndex(of: neighbors.word))
      for near in neighbors.near {
        let other = try #require(job.all.words.firstIndex(of: near.word))
        #expect(near.isRelated == job.all.areRelated(own, other))
      }
    }
  }

  @Test("A language model has neighbors of frequent words, and says how sure it is of the next one")
  func languageModel() throws {
    var settings = LanguageModelConfiguration.tiny.settings
    (settings.model.units, settings.model.layers, settings.epochs) = (8, 1, 1)
    (settings.streams, settings.model.steps) = (2, 8)
    let lines = SmallTales(seed: 1).lines(300)
    let job = try LanguageModelJob(lines, settings: settings)
    let (run, examination) = try examination(of: job)
    #expect(!examination.neighbors.isEmpty && examination.neighbors.allSatisfy { $0.word.count >= 3 })
    let calibration = try #require(examination.calibration)
    #expect(calibration.count == job.corpus.validation.count - 1)
    // The first prediction, made by hand from the model's own answer.
    let model = try SavedLanguageModel(run: run.path)
    var seen: [(Float, Bool)] = []
    #expect(model.predict(job.corpus, job.corpus.validation, while: { true }) { seen.append(($0, $1)) })
    #expect(seen.count == calibration.count && seen.allSatisfy { $0.0 > 0 && $0.0 <= 1 })
    #expect(seen.count { $0.1 } == calibration.bins.reduce(0) { $0 + $1.correct })
  }

  @Test("Calibration is the distance of certainty and truth, and fails to be zero where they differ")
  func calibration() {
    var sound = Calibration()
    for i in 0..<100 { sound.add(probability: 0.75, isRight: i % 4 != 0) }
    #expect(sound.count == 100 && abs(sound.expectedError) < 1e-12)
    var proud = Calibration()
    for i in 0..<100 { proud.add(probability: 0.95, isRight: i % 2 == 0) }
    #expect(abs(proud.expectedError - 0.45) < 1e-12)
    proud.add(probability: 1, isRight: true)
    #expect(proud.bins[9].count == 101)
    proud.add(probability: .nan, isRight: true)
    proud.add(probability: 1.5, isRight: true)
    #expect(proud.count == 101 && Calibration().expectedError == 0)
  }
}
