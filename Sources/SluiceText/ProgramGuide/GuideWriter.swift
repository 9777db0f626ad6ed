/// Fills patterns with words and numbers from one random stream.
struct GuideWriter {
  let lexicon: GuideLexicon
  var random: RandomStream

  // Drawn once for each text, so that a part is never after the last one and a season2 equals its season.
  private let season: Int
  private let episode: Int
  private let part: Int
  private let parts: Int
  private let month: Int

  init(lexicon: GuideLexicon, random: RandomStream) {
    var random = random
    season = random.within(1...14)
    episode = random.within(1...26)
    parts = random.within(2...6)
    part = random.within(1...parts)
    month = random.within(1...12)
    self.lexicon = lexicon
    self.random = random
  }

  /// A text of the label.
  mutating func text(_ label: GuideLabel) -> String {
    guard label == .title else { return fill(choose(lexicon.patterns(label))) }
    return random.chance(40) ? fill(choose(lexicon.misleadingTitles)) : fill(choose(lexicon.titles))
  }

  /// The pattern with a word or number in each slot.
  mutating func fill(_ pattern: GuidePattern) -> String {
    var text = ""
    for piece in pattern.pieces {
      switch piece {
      case .text(let fixed): text += fixed
      case .slot(let slot): text += value(slot)
      }
    }
    return text
  }

  private mutating func choose<Element>(_ list: [Element]) -> Element { list[random.below(list.count)] }

  private mutating func value(_ slot: GuideSlot) -> String {
    switch slot {
    case .title: return fill(choose(lexicon.titles))
    case .noun: return noun().name
    case .theNoun:
      let noun = noun()
      return "\(noun.article) \(noun.name)"
    case .TheNoun:
      let noun = noun()
      return "\(GuideWriter.capitalized(noun.article)) \(noun.name)"
    case .theAdjectiveNoun:
      let noun = noun()
      return "\(noun.article) \(word(.adjective)) \(noun.name)"
    case .TheAdjectiveNoun:
      let noun = noun()
      return "\(GuideWriter.capitalized(noun.article)) \(word(.adjective)) \(noun.name)"
    case .compound: return word(.compoundHead) + word(.compoundTail)
    case .person: return "\(word(.name)) \(word(.surname))"
    case .month: return lexicon.words(.month)[month - 1]
    case .ordinal: return lexicon.words(.ordinal)[part - 1]
    case .season: return "\(season)"
    case .season2: return GuideWriter.twoDigits(season)
    case .episode: return "\(episode)"
    case .episode2: return GuideWriter.twoDigits(episode)
    case .number: return "\(random.within(2...149))"
    case .bigNumber: return "\(random.within(150...4200))"
    case .part: return "\(part)"
    case .parts: return "\(parts)"
    case .partRoman: return ["I", "II", "III", "IV", "V", "VI"][part - 1]
    case .year: return "\(random.within(1931...2024))"
    case .recentYear: return "\(random.within(2004...2024))"
    case .day: return "\(random.within(1...28))"
    case .day2: return GuideWriter.twoDigits(random.within(1...28))
    case .month2: return GuideWriter.twoDigits(month)
    case .hour: return "\(random.within(6...23))"
    case .time:
      let hour = random.within(0...23)
      return "\(hour):\(GuideWriter.twoDigits(5 * random.below(12)))"
    default: return word(slot)
    }
  }

  private mutating func word(_ slot: GuideSlot) -> String { choose(lexicon.words(slot)) }

  private mutating func noun() -> (article: String, name: String) {
    let entry = choose(lexicon.words(.noun))
    guard let space = entry.firstIndex(of: " ") else { fatalError("“\(entry)” has no article.") }
    return (String(entry[..<space]), String(entry[entry.index(after: space)...]))
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func capitalized(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }
}
