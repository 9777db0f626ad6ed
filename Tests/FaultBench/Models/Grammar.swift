import Sluice

/// A text with a grammar: which class of words comes next follows from the classes of the last two, and which word of it from the last
/// words and from what the document is about, which its first word says, and whom.
enum Grammar {
  private enum Class: Int { case topic, article, adjective, noun, verb, adverb, stop }

  /// The ids of each class, of forty words.
  private static func words(of kind: Class) -> Range<Int> {
    switch kind {
    case .topic: 0..<3
    case .article: 3..<7
    case .adjective: 7..<15
    case .noun: 15..<27
    case .verb: 27..<36
    case .adverb: 36..<39
    case .stop: 39..<40
    }
  }

  private static func kind(of word: Int) -> Class {
    [Class.topic, .article, .adjective, .noun, .verb, .adverb].first { words(of: $0).contains(word) } ?? .stop
  }

  /// What class comes after two.
  private static func next(_ first: Class, _ second: Class, _ draw: inout Draw) -> Class {
    let u = draw.uniform()
    switch (first, second) {
    case (_, .article): return u < 0.4 ? .adjective : .noun
    case (.adjective, .adjective): return .noun
    case (_, .adjective): return u < 0.25 ? .adjective : .noun
    // What comes after a noun shows whether it did something or had something done to it.
    case (.verb, .noun), (.adverb, .noun): return .stop
    case (_, .noun): return u < 0.85 ? .verb : .stop
    case (_, .verb): return u < 0.3 ? .adverb : u < 0.8 ? .article : .stop
    case (_, .adverb): return u < 0.5 ? .article : .stop
    default: return u < 0.75 ? .article : .adjective
    }
  }

  static func text(_ length: Int, _ data: DataSetup, _ draw: Draw, _ seed: UInt64) -> Words.Text {
    // Which verbs nouns go with, and which nouns adjectives.
    var rules = Draw(seed, 0x6AB)
    let liking = (0..<40).map { _ in rules.below(64) }
    var draw = draw
    var text = Words.Text()
    var (topic, hero, left) = (0, 0, 0)
    var (before, last) = (Class.stop, Class.stop)
    for place in 0..<length {
      if left == 0 {
        text.starts.insert(place)
        topic = draw.below(3)
        hero = topic * 4 + draw.below(4)
        left = data.hidesTopic ? data.document : data.document / 2 + draw.below(data.document)
        text.words.append(data.hidesTopic ? 39 : Int32(topic))
        (before, last) = (.stop, .topic)
      } else {
        let kind = next(before, last, &draw)
        let ids = words(of: kind)
        var offset = draw.below(ids.count)
        if draw.uniform() < data.certainty {
          let liked = liking[Int(text.words[place - 1])]
          switch kind {
          case .noun: offset = draw.uniform() < 0.75 ? hero : topic * 4 + (liked + draw.below(2)) % 4
          case .verb: offset = (liked + topic * 3) % 9
          case .article: offset = liked % 4
          case .adjective: offset = (liked + topic * 2) % 8
          default: break
          }
        }
        text.words.append(Int32(ids.lowerBound + offset))
        (before, last) = (last, Grammar.kind(of: ids.lowerBound + offset))
      }
      left -= 1
    }
    return text
  }
}
