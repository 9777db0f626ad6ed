import Foundation
import Testing

@testable import SluiceText

@Suite("Program guide")
struct ProgramGuideTests {
  private static let guide = ProgramGuide(seed: 1)
  private static let texts = guide.texts(5_000)

  private func strings(_ texts: LabeledTexts) -> [String] { (0..<texts.count).map { texts.text($0) } }

  @Test("The same seed gives the same examples, more of them begin with the same, another seed gives others")
  func reproducible() {
    let few = strings(ProgramGuide(seed: 1).texts(500))
    #expect(few == Array(strings(Self.texts).prefix(500)))
    #expect(Self.guide.example(77).text == few[77])
    let other = strings(ProgramGuide(seed: 2).texts(500))
    #expect(zip(few, other).filter { $0 == $1 }.count < 25)
  }

  @Test("The examples do not change from one version to the next")
  func pinned() {
    let first = (0..<6).map { "\(Self.texts.labelName($0)): \(Self.texts.text($0))" }
    #expect(
      first == [
        "title: Zimmer 67", "title: Peggy and the Grey Inn",
        "episode-number: Episode 88: Dreamfall in Boston",
        "repeat: Summerwatch in Swansea (R)", "news: Weltnachrichten, Pollenflug",
        "people: Written by and starring Edith Underhill",
      ])
  }

  @Test(
    "Of twelve examples in a row three are titles and one has each other label",
    arguments: [UInt64(0), 1, 99])
  func balanced(seed: UInt64) {
    let texts = ProgramGuide(seed: seed).texts(1_200)
    let title = ProgramGuide.labelNames.firstIndex(of: "title") ?? -1
    #expect(texts.labelNames == ProgramGuide.labelNames)
    #expect(texts.labelNames.count == 10 && texts.labelNames == texts.labelNames.sorted())
    for start in stride(from: 0, to: 1_200, by: 12) {
      let counts = texts.subset(Int32(start)..<Int32(start + 12)).countsByLabel
      #expect(counts.enumerated().allSatisfy { $1 == ($0 == title ? 3 : 1) })
    }
  }

  @Test("More than nine in ten of 5,000 texts are different ones", arguments: [UInt64(1), 2, 3])
  func distinct(seed: UInt64) {
    let texts = strings(ProgramGuide(seed: seed).texts(5_000))
    #expect(Set(texts).count > 4_500)
  }

  @Test("No text carries two labels", arguments: [UInt64(1), 2, 3])
  func unambiguous(seed: UInt64) {
    let texts = ProgramGuide(seed: seed).texts(10_000)
    var labels: [String: Int32] = [:]
    for i in 0..<texts.count {
      // Case is set aside too: capitals must not be what a label hangs on.
      let text = texts.text(i).lowercased()
      if labels[text, default: texts.labels[i]] != texts.labels[i] {
        Issue.record("“\(text)” is \(texts.labelName(i)) and something else.")
      }
      labels[text] = texts.labels[i]
    }
  }

  @Test("Texts are short lines without a tab and none is empty")
  func wellFormed() {
    for text in strings(Self.texts) {
      #expect(!text.isEmpty && text.count <= 90)
      #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "{" && $0 != "}" })
      #expect(text.first != " " && text.last != " " && !text.contains("  "))
    }
  }

  @Test("Both languages fill every pattern of every label")
  func everyPattern() {
    for lexicon in [GuideLexicon.german, GuideLexicon.english] {
      var writer = GuideWriter(
        lexicon: lexicon, random: RandomStream(seed: 5, purpose: .guideExample, index: 0))
      for label in GuideLabel.allCases {
        #expect(lexicon.patterns(label).count >= 13)
        for pattern in lexicon.patterns(label) { #expect(!writer.fill(pattern).isEmpty) }
      }
    }
  }

  @Test("Titles look like other labels often enough that a single word does not decide")
  func misleading() {
    func share(of word: String, title: Bool) -> Double {
      var hits = 0
      var titles = 0
      for i in 0..<Self.texts.count where Self.texts.text(i).lowercased().contains(word) {
        hits += 1
        if Self.texts.labelName(i) == "title" { titles += 1 }
      }
      return Double(title ? titles : hits) / Double(max(hits, 1))
    }
    for word in ["part", "teil", "folge", "live", "news"] {
      #expect(share(of: word, title: true) > 0.02, "“\(word)” in titles")
      #expect(share(of: word, title: true) < 0.6, "“\(word)” in titles")
    }
  }

  @Test("A part is never after the last one")
  func parts() {
    for i in 0..<Self.texts.count where Self.texts.labelName(i) == "part" {
      let numbers = Self.texts.text(i).split { !$0.isNumber }.compactMap { Int($0) }
      #expect(numbers.count <= 2)
      if numbers.count == 2 { #expect(1...numbers[1] ~= numbers[0] && 2...6 ~= numbers[1]) }
    }
  }

  @Test("Labels can be learned: naive Bayes over character trigrams is far above the majority")
  func learnable() {
    // Multinomial with one added to each count; only trigrams of the training part count.
    let trainingCount = 4_000
    let classes = ProgramGuide.labelNames.count
    var counts: [UInt64: [Double]] = [:]
    var totals = [Double](repeating: 0, count: classes)
    for i in 0..<trainingCount {
      let label = Int(Self.texts.labels[i])
      for trigram in trigrams(i) {
        counts[trigram, default: [Double](repeating: 0, count: classes)][label] += 1
        totals[label] += 1
      }
    }
    // The label of the example after is no function of the text: agreement with it is what chance gives.
    var correct = 0
    var agreesWithNext = 0
    for i in trainingCount..<(Self.texts.count - 1) {
      var scores = [Double](repeating: 0, count: classes)
      for trigram in trigrams(i) {
        guard let seen = counts[trigram] else { continue }
        for label in 0..<classes {
          scores[label] += log((seen[label] + 1) / (totals[label] + Double(counts.count)))
        }
      }
      let best = Int32(scores.indices.max { scores[$0] < scores[$1] } ?? 0)
      if best == Self.texts.labels[i] { correct += 1 }
      if best == Self.texts.labels[i + 1] { agreesWithNext += 1 }
    }
    let tested = Double(Self.texts.count - 1 - trainingCount)
    #expect(Double(correct) / tested > 0.8)
    #expect(Double(agreesWithNext) / tested < 0.3)
  }

  /// The trigrams of text `i` with marks before and after it, each packed into one number.
  private func trigrams(_ i: Int) -> [UInt64] {
    let scalars = [2] + Self.texts.scalars[i].map { UInt64($0) } + [3]
    return (0..<max(0, scalars.count - 2)).map { scalars[$0] << 42 | scalars[$0 + 1] << 21 | scalars[$0 + 2] }
  }
}
