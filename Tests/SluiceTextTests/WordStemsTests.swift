import Foundation
import SluiceText
import Testing

@Suite("Words and their stems")
struct WordStemsTests {
  private func read(_ text: String) throws -> WordStems {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("stems-\(UUID().uuidString).tsv")
      .path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try WordStems(readingFile: path)
  }

  private let enough = (0..<10).map { "a\($0)\ts\($0)\nb\($0)\ts\($0)\n" }.joined()

  @Test("Pairs are read, spaces and repetitions dropped; a stem with one word is allowed")
  func reading() throws {
    let words = try read(enough + "\n a0 \t s0 \nlonely\tone\n")
    #expect(words.count == 21)
    #expect(words.stemNames.count == 11)
    #expect(words.countsByStem.count { $0 == 1 } == 1)
  }

  @Test(
    "What is no pair is refused with its line",
    arguments: [("word\n", "without a tab"), ("a\tb\tc\n", "3 columns"), ("\tstem\n", "an empty column")])
  func damage(line: String, message: String) throws {
    let error = #expect(throws: DataError.self) { try read(enough + line) }
    #expect(error?.line == 21)
    #expect(error?.description.contains(message) == true)
  }

  @Test("Too few stems of several words are refused")
  func few() {
    let error = #expect(throws: DataError.self) { try read("a\tx\nb\tx\nc\ty\n") }
    #expect(error?.description.contains("at least 10 stems") == true)
  }

  @Test("A split keeps stems whole and is a function of the seed")
  func split() {
    let all = Inflections.wordStems
    let (training, validation) = all.split(validationShare: 0.25, seed: 3)
    #expect(Set(training.stems).isDisjoint(with: Set(validation.stems)))
    #expect(training.count + validation.count == all.count)
    #expect(all.split(validationShare: 0.25, seed: 3).validation == validation)
    #expect(all.split(validationShare: 0.25, seed: 4).validation != validation)
  }

  @Test("Inflections are spelt as in English")
  func spelling() {
    let words = Set(Inflections.wordStems.words)
    for word in [
      "walking", "carries", "carrying", "making", "stopped", "stopping", "happiness", "watches", "bigger",
    ] {
      #expect(words.contains(word), "\(word)")
    }
    for word in ["makeing", "carryed", "stoping", "watchs"] { #expect(!words.contains(word), "\(word)") }
  }
}
