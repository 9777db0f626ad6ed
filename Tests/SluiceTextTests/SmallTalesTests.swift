import Sluice
import Testing

@Suite("Small tales")
struct SmallTalesTests {
  @Test(
    "The same seed gives the same sentences, more of them begin with the same ones, another seed gives others"
  )
  func deterministic() {
    let lines = SmallTales(seed: 4).lines(200)
    #expect(SmallTales(seed: 4).lines(300).prefix(200) == lines[...])
    #expect(SmallTales(seed: 5).lines(200) != lines)
    #expect(Set(lines).count > 190)
  }

  @Test("Verbs agree with pronouns, and words are letters alone")
  func grammar() {
    for line in SmallTales(seed: 1).lines(2_000) {
      #expect(line.allSatisfy { $0.isLetter && $0.isLowercase || $0 == " " })
      let words = line.split(separator: " ")
      let adverbs: Set<Substring> = ["often", "rarely", "slowly", "quietly", "gladly"]
      guard words[0] == "they", let verb = words.dropFirst().first(where: { !adverbs.contains($0) }) else {
        continue
      }
      #expect(!verb.hasSuffix("s") || verb.hasSuffix("ss"), "\(line)")
    }
  }

  @Test("There are plurals, compounds and enough words to learn from")
  func words() {
    let words = Set(SmallTales(seed: 1).lines(3_000).flatMap { WordCorpus.words(of: $0) })
    #expect(words.isSuperset(of: ["riverhouse", "gardenlamps", "they", "watches", "opened"]))
    #expect(words.count > 500)
  }
}
