/// The words and patterns of one language that the program guide is made from.
///
/// A list is written as one text with commas, so that a page shows many words. Nouns carry their article,
/// because German adjectives and pronouns follow it.
struct GuideLexicon: Sendable {
  private let lists: [GuideSlot: [String]]
  /// Titles that hold nothing of any other label.
  let titles: [GuidePattern]
  /// Titles that look like another label and are none.
  let misleadingTitles: [GuidePattern]
  /// The patterns of every label but `title`.
  private let patterns: [GuideLabel: [GuidePattern]]

  init(
    lists: [GuideSlot: String], titles: String, misleadingTitles: String, patterns: [GuideLabel: String]
  ) {
    self.lists = lists.mapValues { GuideLexicon.entries($0, separatedBy: ",") }
    self.titles = GuideLexicon.patterns(titles)
    self.misleadingTitles = GuideLexicon.patterns(misleadingTitles)
    self.patterns = patterns.mapValues(GuideLexicon.patterns)
  }

  /// The words a slot chooses from.
  ///
  /// - Precondition: the language has such a list.
  func words(_ slot: GuideSlot) -> [String] {
    guard let words = lists[slot] else { fatalError("There is no list of words for \(slot).") }
    return words
  }

  /// The patterns of a label.
  func patterns(_ label: GuideLabel) -> [GuidePattern] {
    label == .title ? titles + misleadingTitles : patterns[label] ?? []
  }

  private static func patterns(_ text: String) -> [GuidePattern] {
    entries(text, separatedBy: "\n").map(GuidePattern.init)
  }

  private static func entries(_ text: String, separatedBy separator: Character) -> [String] {
    text.split(separator: separator).map { part in
      // A list may go on over a line's end; spaces inside an entry are kept.
      let words = part.split { $0 == " " || $0 == "\n" }
      return words.joined(separator: " ")
    }.filter { !$0.isEmpty }
  }
}

/// What a sub-title of the program guide says; the raw value is the label's name.
enum GuideLabel: String, CaseIterable, Sendable {
  case date
  case episodeNumber = "episode-number"
  case episodeSeason = "episode-season"
  case live
  case news
  case part
  case people
  case `repeat`
  case title
  case year
}

/// A place in a pattern, written `{name}` there.
enum GuideSlot: String, Sendable {
  // One word of a list.
  case noun, adjective, place, name, surname, scene, genitive, following
  case compoundHead, compoundTail, plural
  case country, genre, event, region, topic, format
  case weekday, weekdayShort, month, ordinal
  // Put together from several.
  case title, compound, person, theNoun, TheNoun, theAdjectiveNoun, TheAdjectiveNoun
  // Numbers; those ending in 2 have at least two digits.
  case season, season2, episode, episode2, number, bigNumber
  case part, parts, partRoman, year, recentYear, day, day2, month2, time, hour
}

/// A pattern taken apart: fixed text and slots, in order.
struct GuidePattern: Sendable {
  enum Piece: Sendable {
    case text(String)
    case slot(GuideSlot)
  }

  let pieces: [Piece]

  /// - Precondition: every `{name}` is a slot.
  init(_ pattern: String) {
    var pieces: [Piece] = []
    var rest = Substring(pattern)
    while let open = rest.firstIndex(of: "{") {
      if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
      let afterOpen = rest.index(after: open)
      guard let close = rest[afterOpen...].firstIndex(of: "}"),
        let slot = GuideSlot(rawValue: String(rest[afterOpen..<close]))
      else { fatalError("The pattern “\(pattern)” has a slot of no kind.") }
      pieces.append(.slot(slot))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { pieces.append(.text(String(rest))) }
    self.pieces = pieces
  }
}
