import Sluice
import Testing

@Suite("Texts in both parts")
struct SplitOverlapTests {
  private static let words = [
    "river", "gate", "stone", "mill", "water", "boat", "harbor", "light", "rain", "bridge", "field", "wind",
    "salt",
  ]

  /// A text of so many words, another for each number.
  private static func text(_ number: Int, words count: Int = 14) -> String {
    var random = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    return (0..<count).map { _ in
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      return words[Int(random % UInt64(words.count))]
    }.joined(separator: " ")
  }

  private func overlap(_ training: [String], _ validation: [String]) -> SplitOverlap {
    func prints(_ texts: [String]) -> [TextFingerprint] {
      texts.map { TextFingerprint(scalars: $0.unicodeScalars.map(\.value)) }
    }
    return SplitOverlap(training: prints(training), validation: prints(validation)) { validation[$0] }
  }

  @Test("Texts of the training part in the validation part are leakage, and one is shown")
  func copied() {
    let training = (0..<400).map { Self.text($0) }
    let validation = (400..<480).map { Self.text($0) } + Array(training.prefix(20))
    let found = overlap(training, validation)
    #expect(found.isLeakage && found.sharedCount == 20 && found.count == 100)
    #expect(training.contains(found.example ?? ""))
  }

  @Test("So are those changed in case, punctuation, numbers or one place")
  func nearlyEqual() {
    let training = (0..<400).map { "Call \(1000 + $0): " + Self.text($0) }
    let changed = training.prefix(20).map {
      $0.uppercased().split(separator: " ").dropLast().joined(separator: ",  ") + " extra!"
    }
    #expect(overlap(training, (400..<480).map { Self.text($0) } + changed).isLeakage)
  }

  @Test("Data with everything twice leak however they are divided, data with frequent short texts do not")
  func divided() {
    func divide(_ texts: [String]) -> SplitOverlap {
      let parts = LabeledTexts(texts.enumerated().map { ("\($0.offset % 2)", $0.element) }).split(seed: 3)
      func all(_ part: LabeledTexts) -> [String] { (0..<part.count).map { part.text($0) } }
      return overlap(all(parts.training), all(parts.validation))
    }
    let distinct = (0..<500).map { Self.text($0) }
    #expect(divide(distinct + distinct).isLeakage)
    #expect(!divide(distinct).isLeakage)
    let short = (0..<500).map { ["ok", "yes", "no", "thanks", "see you"][$0 % 5] }
    #expect(!divide(distinct + short).isLeakage)
    // Drawn from few enough that many come again by chance.
    let drawn = (0..<900).map { Self.text(($0 &* 7919 &+ $0 &* $0 &* 31) % 700) }
    #expect(!divide(drawn).isLeakage)
  }

  @Test("The embedded data of the trainings do not leak")
  func embedded() throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      var settings = ClassifierJobSettings()
      settings.seed = seed
      #expect(try ClassifierJob(settings: settings).splitOverlap?.isLeakage == false)
      let corpus = try LanguageModelJob(SmallTales(seed: seed).lines(6_000)).corpus
      #expect(!SplitOverlap(corpus).isLeakage, "\(SplitOverlap(corpus))")
    }
  }
}
