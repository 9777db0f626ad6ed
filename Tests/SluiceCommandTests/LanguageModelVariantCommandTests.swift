import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceCommand

@Suite("Language models of other kinds by command", .serialized)
struct LanguageModelVariantCommandTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func sluiceRun(_ arguments: [String]) -> (status: Int32, error: String) {
    var errors: [String] = []
    let status = sluice.run(arguments, output: { _ in }, error: { errors.append($0) })
    return (status, errors.joined(separator: "\n"))
  }

  @Test(
    "Every kind can be trained, measured, sampled from, and asked for neighbors and vectors",
    arguments: [
      ["--config", "char-transformer", "--steps", "30"],
      ["--config", "tiny", "--adaptive-softmax", "20,60"],
      ["--config", "word-small", "--tie-weights"],
    ])
  func commands(options: [String]) throws {
    let lines = SmallTales(seed: 2).lines(800)
    let text = try folder.write(lines.joined(separator: "\n"), to: "text")
    let words = try folder.write("house houses\nseahouse", to: "words")
    let out = folder.file("run")
    let trained = sluiceRun(
      ["train", "language-model", "--text", text, "--out", out, "--epochs", "1", "--quiet"] + options)
    #expect(trained.status == 0, "\(trained.error)")
    #expect(sluiceRun(["evaluate", out, "--data", text]).status == 0)
    #expect(sluiceRun(["sample", out, "--words", "40", "--prompt", "the unheardof"]).status == 0)
    #expect(sluiceRun(["nearest", out, "house"]).status == 0)
    #expect(sluiceRun(["vectors", out, "--words", words, "--out", folder.file("vectors")]).status == 0)
    let model = try SavedLanguageModel(run: out, threads: 2)
    let parts = WordCorpus.split(lines, validationShare: 0.1)
    let corpus = WordCorpus(vocabulary: model.description.vocabulary, test: parts.validation)
    let record = try RunDirectory.open(out).readDescription(RunRecord<LanguageModelJob>.self)
    #expect(record.settings.configuration.rawValue == options[1])
    let reported = try #require(record.result).measure.figures.loss
    let loss = model.loss(corpus, corpus.test)
    #expect(abs(try #require(loss) - reported) < 0.2)
  }

  @Test("Options that do not go together are refused with what to do")
  func usage() {
    let out = folder.file("run")
    for options in [
      ["--tie-weights"], ["--tie-weights", "--config", "char-transformer"],
      ["--tie-weights", "--config", "word-small", "--adaptive-softmax", "10"],
      ["--adaptive-softmax", "20,10"], ["--adaptive-softmax", "a"],
    ] {
      let run = sluiceRun(["train", "language-model", "--out", out] + options)
      #expect(run.status == 64, "\(options)")
    }
    let late = sluiceRun(
      ["train", "language-model", "--out", out, "--adaptive-softmax", "10,100000", "--quiet"])
    #expect(late.status == 1)
    #expect(late.error.contains("more than 100000 words in the vocabulary"), "\(late.error)")
    #expect(late.error.contains("--adaptive-softmax") && late.error.contains("Give it smaller numbers"))
  }
}
