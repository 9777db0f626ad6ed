import Foundation
import Sluice
import TestSupport
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

  /// What the folder of a run says of it.
  private func record(_ out: String) throws -> RunRecord<LanguageModelJob> {
    try RunDirectory.open(out).readDescription(RunRecord<LanguageModelJob>.self)
  }

  private func write(_ name: String, _ text: String) throws -> String {
    let path = folder + "/" + name
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test("A run can be measured, sampled from, asked for neighbors and vectors of words never seen")
  func run() throws {
    let text = try write("text", SmallTales(seed: 2).lines(1_200).joined(separator: "\n"))
    let out = folder + "/run"
    #expect(
      sluiceRun(
        [
          "train", "language-model", "--config", "tiny", "--text", text, "--out", out, "--epochs", "1",
          "--quiet",
        ]).status
        == 0)
    let lines = try MetricsReader.lines(of: out + "/metrics.jsonl")
    #expect(lines.filter { $0.kind == "epoch" }.count == 1)
    let steps = lines.filter { $0.kind == "step" }
    #expect(steps.allSatisfy { $0.double("gradient_norm") != nil && $0.integer("words") == 700 })
    // Each of the first sixteen, then every tenth.
    let observed = (1...steps.count).count { $0 <= 16 || ($0 - 1) % 10 == 0 }
    #expect(lines.filter { $0.kind == "flow" }.count == observed)
    // After one epoch counting is still better, which is no fault of the training.
    #expect(
      lines.filter { $0.kind == "finding" }.allSatisfy { $0.string("name") == "worse than the baseline" })
    #expect(lines.last?.kind == "summary" && lines.last?.double("validation_perplexity") != nil)
    #expect(sluiceRun(["report", out]).status == 0)
    #expect(sluiceRun(["evaluate", out, "--data", text]).status == 0)
    #expect(sluiceRun(["sample", out, "--words", "5", "--prompt", "the unheardof"]).status == 0)
    // Longer than what a tape has room for at a time.
    let prompt = String(repeating: "the old house ", count: 200)
    #expect(sluiceRun(["sample", out, "--words", "5", "--prompt", prompt]).status == 0)
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
      sluiceRun(
        [
          "train", "language-model", "--config", "tiny", "--text", text, "--out", out, "--epochs", "2",
          "--quiet",
        ]).status
        == 0)
    let model = try SavedLanguageModel(run: out, threads: 2)
    let parts = WordCorpus.split(SmallTales(seed: 2).lines(2_400), validationShare: 0.1)
    let corpus = WordCorpus(vocabulary: model.description.vocabulary, test: parts.validation)
    let measured = model.loss(corpus, corpus.test)
    let loss = try #require(measured)
    let reported = try #require(record(out).result).measure.figures.loss
    #expect(abs(loss - reported) < 0.15 && reported < 6)
  }

  @Test("A test part is measured with the best model, as one stream, and its words are in the vocabulary")
  func testPart() throws {
    let lines = SmallTales(seed: 2).lines(1_400)
    let train = try write("train", lines[..<1_200].joined(separator: "\n"))
    let valid = try write("valid", lines[1_200..<1_300].joined(separator: "\n") + "\nonly here")
    let test = try write("test", lines[1_300...].joined(separator: "\n") + "\nand there")
    for (source, words) in [("all", ["only", "there"]), ("training", [])] {
      let out = folder + "/" + source
      let arguments = ["--train", train, "--valid", valid, "--test", test, "--vocabulary", source]
      let job = ["train", "language-model", "--out", out, "--epochs", "1", "--quiet"]
      #expect(sluiceRun(job + arguments).status == 0)
      let model = try SavedLanguageModel(run: out, threads: 1)
      let vocabulary = model.description.vocabulary
      #expect(words.allSatisfy(vocabulary.contains))
      #expect(vocabulary.contains("only") == !words.isEmpty)
      let result = try #require(record(out).testResult).measure.figures
      let corpus = WordCorpus(
        vocabulary: model.description.vocabulary, test: try WordCorpus.lines(ofFile: test))
      let measured = model.loss(corpus, corpus.test)
      let loss = try #require(measured)
      #expect(abs(loss - result.loss) < 1e-6 && loss > 1 && loss < 6)
      let summary = try #require(try MetricsReader.lines(of: out + "/metrics.jsonl").last)
      #expect(summary.double("test_perplexity") == result.perplexity)
    }
  }

  @Test(
    "A text that cannot be used ends with status 1 and one line that says what was expected",
    arguments: [
      ("", "0 lines with a word"), ("\n \t \n\n", "0 lines with a word"),
      (String(repeating: "only a few words\n", count: 20), "350 words"),
      (String(repeating: "a b ", count: 5_000), "got one line with words"),
      (String(repeating: "x", count: 2_000_000), "line 1"),
    ])
  func unusable(text: String, message: String) throws {
    let path = try write("text", text)
    let result = sluiceRun(["train", "language-model", "--text", path, "--out", folder + "/run", "--quiet"])
    #expect(result.status == 1 && result.error.contains("expected"))
    #expect(result.error.contains(message), "\(result.error)")
    #expect(!result.error.contains("\n"))
    #expect(!FileManager.default.fileExists(atPath: folder + "/run/model.safetensors"))
  }

  @Test("Bytes that are no UTF-8 are named with their line")
  func badBytes() throws {
    let path = folder + "/bytes"
    _ = FileManager.default.createFile(atPath: path, contents: Data(Array("a b\na ".utf8) + [0xFF, 0x0A]))
    let result = sluiceRun(["train", "language-model", "--text", path, "--out", folder + "/run"])
    #expect(result.status == 1 && result.error.contains("line 2") && result.error.contains("0xFF"))
  }

  @Test(
    "Odd texts are learned: one word, words of 10,000 characters, blank lines, words that only validation has",
    arguments: ["tiny", "word"])
  func odd(reading: String) throws {
    let long = String(repeating: "q", count: 10_000)
    let texts = [
      String(repeating: "a a a a a\n", count: 300),
      String(repeating: "the cat sees a dog\n\n \n", count: 300) + "the \(long) sees\n",
      String(repeating: "the cat sees a dog\n", count: 270)
        + String(repeating: "thé zebra 日本 👩‍👩‍👧\n", count: 60),
    ]
    for (i, text) in texts.enumerated() {
      let path = try write("text", text)
      let out = folder + "/run\(i)"
      let result = sluiceRun(
        [
          "train", "language-model", "--text", path, "--out", out, "--epochs", "1", "--streams", "4",
          "--steps", "9", "--quiet",
        ] + (reading == "word" ? ["--config", "word-small"] : []))
      #expect(result.status == 0, "\(result.error)")
      #expect(sluiceRun(["evaluate", out, "--data", path]).status == 0)
      // With one word to choose from an end of sentence may be the likeliest for ever.
      #expect(
        sluiceRun(["sample", out, "--words", "3", "--top-k", "1", "--prompt", "日本 \(long)"]).status == 0)
      let model = try SavedLanguageModel(run: out, threads: 1)
      let vocabulary = Set(model.description.vocabulary)
      model.sample(prompt: ["never", "met"], temperature: 5, most: 1_000, seed: UInt64(i)) { word in
        #expect(vocabulary.contains(word) && word != WordCorpus.unknown)
        return Bool.random()
      }
    }
  }

  @Test("A model that knows no word cannot write")
  func noWord() throws {
    let path = try write("text", String(repeating: "<unk> <unk> <unk>\n", count: 300))
    let out = folder + "/run"
    let options = ["--epochs", "1", "--streams", "2", "--steps", "9", "--quiet"]
    #expect(sluiceRun(["train", "language-model", "--text", path, "--out", out] + options).status == 0)
    let result = sluiceRun(["sample", out, "--words", "3"])
    #expect(result.status == 1 && result.error.contains("a vocabulary with a word"))
  }

  @Test("Wrong usage ends with status 64 and says what to do")
  func usage() {
    let out = folder + "/run"
    let misspelled = sluiceRun(["train", "language-model", "--config", "char-smal", "--out", out])
    #expect(misspelled.status == 64 && misspelled.error.contains("Did you mean 'char-small'?"))
    #expect(sluiceRun(["train", "language-model", "--train", "x", "--out", out]).status == 64)
    #expect(sluiceRun(["train", "language-model", "--text", "x", "--test", "y", "--out", out]).status == 64)
    #expect(
      sluiceRun(["train", "language-model", "--text", "x", "--vocabulary", "all", "--out", out]).status == 64)
    let files = ["--train", "x", "--valid", "y", "--validation-share", "0.2"]
    #expect(sluiceRun(["train", "language-model", "--out", out] + files).status == 64)
    #expect(sluiceRun(["nearest", folder, "word"]).status == 1)
  }

  @Test("A loss that is no number ends the training, is traced, and untrained weights are not saved")
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
    #expect(result.error.contains("keeps no model, for nothing was learned yet"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: out) == ["metrics.jsonl"])
  }

  @Test("A command for another kind of model says which kind it takes")
  func otherJob() throws {
    let out = folder + "/run"
    try SavedExample.lstm.save(in: out)
    let other = sluiceRun(["classify", out, "text"])
    #expect(other.status == 1 && other.error.contains("sluice train classifier"))
  }

  @Test("A text with the word + measures it as a word, not as the end of a sentence")
  func plus() throws {
    let sums = try write("sums", String(repeating: "3 + 4 = 7\n2 + 2 = 4\n", count: 200))
    let out = folder + "/run"
    let options = ["--epochs", "1", "--streams", "4", "--steps", "9", "--quiet"]
    #expect(sluiceRun(["train", "language-model", "--text", sums, "--out", out] + options).status == 0)
    let model = try SavedLanguageModel(run: out, threads: 1)
    let vocabulary = model.description.vocabulary
    #expect(vocabulary.count == 8)
    let corpus = ["3 + 4 = 7", "3\n4 = 7"].map { text in
      WordCorpus(vocabulary: vocabulary, test: text.split(separator: "\n").map(String.init))
    }
    #expect(corpus[0].test.count == 6 && corpus[1].test.count == 6 && corpus[0].test != corpus[1].test)
    let losses = corpus.map { model.loss($0, $0.test) }
    #expect(losses[0] != losses[1])
  }

  @Test("A run that spells the end of a sentence + is read as one of today")
  func earlierEnd() throws {
    let out = folder + "/run"
    try SavedExample.lstm.save(in: out)
    let path = out + "/run.json"
    var text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains(#""\n""#))
    text.replace(#""\n""#, with: #""+""#)
    // The characters a, b and c, of which the last becomes the one that the end was spelled with.
    text.replace("99", with: "43")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let description = try SavedLanguageModel(run: out, threads: 1).description
    #expect(description.vocabulary == ["ab", WordCorpus.end, "ba", "<unk>"])
    #expect(description.spelling.alphabet.scalars == [97, 98, 10])
    #expect(sluiceRun(["sample", out, "--words", "3"]).status == 0)
  }

  @Test("Two spellings of one letter are two words of a list")
  func spellings() throws {
    let out = folder + "/run"
    try SavedExample.lstm.save(in: out)
    let words = try write("words", "caf\u{E9} cafe\u{301} cat caf\u{E9}")
    #expect(sluiceRun(["vectors", out, "--words", words, "--out", folder + "/vectors.txt"]).status == 0)
    let written = try String(contentsOfFile: folder + "/vectors.txt", encoding: .utf8).split(separator: "\n")
    #expect(written.count == 4 && written[0] == "3 100")
  }

  @Test("A line end in a prompt ends a sentence, whatever ends the line")
  func prompt() {
    let end = WordCorpus.end
    #expect(
      SavedLanguageModel.tokens(ofPrompt: "") == [] && SavedLanguageModel.tokens(ofPrompt: "\n\n") == [])
    #expect(SavedLanguageModel.tokens(ofPrompt: "a b") == ["a", "b"])
    for lineEnd in ["\n", "\r", "\r\n", "\n\n \r"] {
      #expect(
        SavedLanguageModel.tokens(ofPrompt: "a b\(lineEnd)+ c\(lineEnd)") == ["a", "b", end, "+", "c", end])
    }
    #expect(SavedLanguageModel.tokens(ofPrompt: "a\u{2028}b") == ["a", "b"])
  }
}
