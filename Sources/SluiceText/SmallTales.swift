/// Made-up English text from a small grammar: what a language model can be tried on without any file.
///
/// A sentence tells who does what to whom, where and when. Verbs agree with their subjects, nouns have regular plurals,
/// compounds share their parts, and pronouns follow the noun of the sentence before, so that there is
/// something to learn from characters and from what came earlier. Sentence i is a function of the seed and i.
public struct SmallTales: Sendable {
  /// What all sentences are made from.
  public let seed: UInt64

  /// The tales of a seed.
  public init(seed: UInt64) { self.seed = seed }

  private static let people = [
    "sailor", "baker", "gardener", "painter", "miller", "weaver", "teacher", "farmer", "hunter", "singer",
    "writer",
    "builder", "keeper", "dancer", "ranger", "trader",
  ]
  private static let prefixes = [
    "", "", "", "sea", "moon", "river", "hill", "garden", "winter", "summer", "wood", "stone", "market",
  ]
  private static let things = [
    "house", "path", "lamp", "boat", "gate", "bird", "flower", "bridge", "wall", "song", "light", "stone",
    "door",
    "field", "tower", "bell", "horse", "cart", "wheel", "cloud",
  ]
  private static let verbs = [
    "watch", "paint", "follow", "repair", "open", "remember", "reach", "visit", "guard", "clean", "describe",
    "lift",
    "cross", "move", "greet", "mend", "count", "love",
  ]
  private static let adjectives = [
    "old", "quiet", "bright", "small", "green", "broken", "careful", "careless", "hopeful", "hopeless",
    "golden",
    "wooden", "happy", "unhappy", "kind", "unkind", "narrow", "distant",
  ]
  private static let places = [
    "near the harbour", "behind the hill", "by the river", "in the village", "under the bridge",
    "at the market",
    "beyond the wood", "on the island",
  ]
  private static let times = [
    "in the morning", "at night", "every evening", "in winter", "before noon", "after the rain", "on sunday",
    "at dawn",
  ]

  /// The first `count` sentences, one a line.
  public func lines(_ count: Int) -> [String] {
    var wasPlural = false
    return (0..<count).map { index in
      var random = RandomStream(seed: seed, purpose: .smallTales, index: index)
      let isPlural = index % 5 != 0 && random.chance(35) ? wasPlural : random.chance(40)
      defer { wasPlural = isPlural }
      return sentence(
        isPlural, continues: index % 5 != 0 && isPlural == wasPlural && random.chance(40), &random)
    }
  }

  private func sentence(_ isPlural: Bool, continues: Bool, _ random: inout RandomStream) -> String {
    var words: [String] = []
    if continues {
      words.append(isPlural ? "they" : "she")
    } else {
      words += nounPhrase(Self.people, isPlural, &random)
    }
    if random.chance(25) {
      words.append(["often", "rarely", "slowly", "quietly", "gladly"][random.below(5)])
    }
    words.append(verb(isPlural, &random))
    words += nounPhrase(Self.things, random.chance(40), &random)
    if random.chance(50) { words.append(Self.places[random.below(Self.places.count)]) }
    if random.chance(50) { words.append(Self.times[random.below(Self.times.count)]) }
    return words.joined(separator: " ")
  }

  private func nounPhrase(_ nouns: [String], _ isPlural: Bool, _ random: inout RandomStream) -> [String] {
    var words = [
      isPlural ? ["the", "some", "many"][random.below(3)] : ["the", "this", "every"][random.below(3)]
    ]
    if random.chance(45) { words.append(Self.adjectives[random.below(Self.adjectives.count)]) }
    let noun = Self.prefixes[random.below(Self.prefixes.count)] + nouns[random.below(nouns.count)]
    words.append(isPlural ? noun + "s" : noun)
    return words
  }

  private func verb(_ isPlural: Bool, _ random: inout RandomStream) -> String {
    let verb = Self.verbs[random.below(Self.verbs.count)]
    if random.chance(25) { return verb + (verb.hasSuffix("e") ? "d" : "ed") }
    if isPlural { return verb }
    return verb + (verb.hasSuffix("ch") || verb.hasSuffix("ss") ? "es" : "s")
  }
}
