import Foundation
import Sluice
import Testing

@testable import SluiceCommand

@Suite("Training and using a language model by command", .serialized)
final class LanguageModelCommandTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func sluiceRun(_ arguments: [String]) -> (status: Int32, error: String) {
    var errors: [String] = []
    let status = sluice.run(arguments, output: { _ in }, error: { errors.append($0) })
    return (status, errors.joined(separator: "\n"))
  }

  private func write(_ name: String, _ text: String) throws -> String {
    let path = folder + "/" + name
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test("A run can be measured, sampled from, asked for neighbours and vectors of words never seen")
  func run() throws {
    let text = try write("text", SmallTales(seed: 2).lines(1_200).joined(separator: "\n"))
    let out = folder + "/run"
    #expect(
      sluiceRun(["train", "language-model", "--text", text, "--out", out, "--epochs", "1", "--quiet"]).status
        == 0)
    let lines = try MetricsReader.lines(of: out + "/metrics.jsonl")
    #expect(lines.filter { $0.kind == "epoch" }.count == 1)
    let steps = lines.filter { $0.kind == "step" }
    #expect(steps.allSatisfy { $0.double("gradient_norm") != nil && $0.integer("words") == 700 })
    #expect(lines.filter { $0.kind == "flow" }.count == (steps.count + 9) / 10)
    #expect(lines.filter { $0.kind == "finding" }.isEmpty)
    #expect(lines.last?.kind == "summary" && lines.last?.double("validation_perplexity") != nil)
    #expect(sluiceRun(["report", out]).status == 0)
    #expect(sluiceRun(["evaluate", out, "--data", text]).status == 0)
    #expect(sluiceRun(["sample", out, "--words", "5", "--prompt", "the unheardof"]).status == 0)
    #expect(sluiceRun(["nearest", out, "gardners", "xyz"]).status == 0)
    let words = try write("words", "house houses\nseahouse house")
    #expect(sluiceRun(["vectors", out, "--words", words, "--out", folder + "/vectors.txt"]).status == 0)
    let written = try String(contentsOfFile: folder + "/vectors.txt", encoding: .utf8).split(separator: "\n")
    #expect(written.count == 4 && written[0] == "3 100")
    #expect(written[2].split(separator: " ").count == 101 && written[2].hasPrefix("houses "))
  }

  @Test("A saved model has the loss that was reported when it was saved, but for the streams' beginnings")
  func loaded() throws {
    let text = try write("text", SmallTales(seed: 2).lines(2_400).joined(separator: "\n"))
    let out = folder + "/run"
    #expect(
      sluiceRun(["train", "language-model", "--text", text, "--out", out, "--epochs", "2", "--quiet"]).status
        == 0)
    var model = try SavedLanguageModel(readingRun: out, engine: Engine(threads: 2))
    let parts = WordCorpus.split(SmallTales(seed: 2).lines(2_400), validationShare: 0.1)
    let corpus = WordCorpus(vocabulary: model.description.vocabulary, test: parts.validation)
    let loss = model.loss(corpus, corpus.test)
    let reported = try #require(model.description.result).loss
    #expect(abs(loss - reported) < 0.15 && reported < 6)
  }

  @Test("Texts that cannot be used, and names that do not exist, are refused with what to do")
  func badInput() throws {
    let short = try write("short", "only a few words\n")
    let out = folder + "/run"
    let tooShort = sluiceRun(["train", "language-model", "--text", short, "--out", out])
    #expect(tooShort.status != 0 && tooShort.error.contains("expected"))
    let misspelt = sluiceRun(["train", "language-model", "--config", "char-smal", "--out", out])
    #expect(misspelt.status != 0 && misspelt.error.contains("char-small"))
    #expect(sluiceRun(["train", "language-model", "--train", short, "--out", out]).status != 0)
    #expect(sluiceRun(["nearest", folder, "word"]).status != 0)
  }

  @Test("A loss that is no number stops the run, is traced, and the last good model stays")
  func nonFinite() throws {
    let text = try write("text", SmallTales(seed: 2).lines(1_200).joined(separator: "\n"))
    let out = folder + "/diverged"
    let result = sluiceRun([
      "train", "language-model", "--text", text, "--out", out, "--optimizer", "sgd", "--learning-rate",
      "3e38", "--quiet",
    ])
    #expect(result.status == 1)
    #expect(result.error.contains("step 2") && result.error.contains("not finite"))
    #expect(result.error.contains("operation '") || result.error.contains("parameter '"))
    #expect(result.error.contains("the model as it was at step 0"))
    let file = try SafetensorsFile(path: out + "/model.safetensors")
    #expect(try file.floats("output.weight").allSatisfy(\.isFinite))
    #expect(sluiceRun(["evaluate", out, "--data", text]).status == 0)
    let other = sluiceRun(["classify", out, "text"])
    #expect(other.status == 1 && other.error.contains("sluice train classifier"))
  }
}
