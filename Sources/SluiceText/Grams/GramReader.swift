import CLibrary
import SluiceCore

/// Reads texts as bags of n-grams: which pieces of a text occur, and how often, but not where.
///
/// The pieces are
/// - one to five neighboring characters of a word with a mark at both of its ends, in lower case, where words are parted by spaces: what
///   scikit-learn calls `char_wb`;
/// - the same as they are written, where that differs;
/// - words, and two words side by side. Here a word is a run of letters, marks, digits and underscores, or one of other characters.
///
/// A piece is known by a hash of 64 bits, of which the first choose its row (Weinberger et al. 2009). So no list of pieces is kept, and pieces
/// that training never saw fall on rows too: the rarity of a row, which is 0 where training saw nothing, says which mean something. With several
/// hashes a piece falls on as many rows: two that share one of them hardly share the others (Svenstrup et al. 2017), so a smaller table does. The page
/// Exports has the same in Python.
public struct GramReader: Sendable {
  /// The longest piece of a word, in characters.
  static let longest = 5

  /// The rows that pieces fall on, a power of two.
  public let rows: Int
  /// The rows that each piece falls on.
  public let hashes: Int
  private let shift: UInt64
  /// What a character is, by its id.
  private let characters: [Character]
  private var counter = GramCounter()

  /// What the pieces need to know of a character.
  private struct Character {
    /// Its hash in lower case, and as it is.
    var lower: UInt64
    var own: UInt64
    var kind: Kind
  }

  private enum Kind { case space, word, other }

  /// A reader of texts whose characters are ids of an alphabet.
  ///
  /// - Parameter hashes: the rows that each piece falls on, which may be the same by chance.
  /// - Precondition: `rows` is a power of two from 2 to 2³⁰, and there is at least one hash.
  public init(_ alphabet: Alphabet, rows: Int, hashes: Int = 1) {
    require(rows >= 2 && rows <= 1 << 30 && rows & (rows - 1) == 0, "The rows are a power of two.")
    require(hashes >= 1, "A piece falls on at least one row.")
    self.rows = rows
    self.hashes = hashes
    shift = UInt64(64 - rows.trailingZeroBitCount)
    characters =
      [Character(lower: Self.hash(0x110000), own: Self.hash(0x110000), kind: .word)]
      + alphabet.scalars.map(Self.character)
  }

  private static func character(_ value: UInt32) -> Character {
    guard let scalar = Unicode.Scalar(value) else {
      return Character(lower: hash(value), own: hash(value), kind: .other)
    }
    let properties = scalar.properties
    let mapped = properties.lowercaseMapping.unicodeScalars
    let lower = mapped.count == 1 ? mapped.first?.value ?? value : value
    return Character(lower: hash(lower), own: hash(value), kind: kind(of: properties, value))
  }

  private static func kind(of properties: Unicode.Scalar.Properties, _ value: UInt32) -> Kind {
    if properties.isWhitespace { return .space }
    // An underscore is part of a word, as in programs.
    if value == 0x5F { return .word }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
      return .word
    default: return .other
    }
  }

  private static func hash(_ value: UInt32) -> UInt64 { mixed(0, UInt64(value) + 1) }

  /// A hash of what was hashed before and one thing more.
  private static func mixed(_ hash: UInt64, _ next: UInt64) -> UInt64 {
    var value = (hash ^ next) &* 0x9E37_79B9_7F4A_7C15
    value ^= value >> 32
    value = value &* 0xD6E8_FEB8_6659_FD93
    return value ^ value >> 29
  }

  /// The mark at both ends of a word, and what tells words from pieces of them.
  private static let mark = hash(0x110001)
  private static let wholeWord = hash(0x110002)

  /// Fills a bag with these texts, and no others.
  public mutating func read(_ texts: RaggedIndices, into bag: inout GramBag) {
    bag.removeAll()
    for i in 0..<texts.count { read(texts[i], into: &bag) }
  }

  /// Adds a text to a bag.
  ///
  /// - Complexity: O(characters); allocates only where no text before was as long.
  public mutating func read(_ ids: ArraySlice<Int32>, into bag: inout GramBag) {
    counter.removeAll(expecting: min((2 * Self.longest + 4) * hashes * (ids.count + 2), rows))
    var start = ids.startIndex
    while start < ids.endIndex {
      if kind(ids[start]) == .space {
        start += 1
        continue
      }
      var end = start
      while end < ids.endIndex, kind(ids[end]) != .space { end += 1 }
      addPieces(of: ids[start..<end])
      start = end
    }
    addWords(ids)
    counter.finish(into: &bag)
  }

  /// Counts a piece.
  private mutating func add(_ hash: UInt64) {
    counter.add(hash >> shift)
    var further = 1
    while further < hashes {
      counter.add(Self.mixed(hash, UInt64(further)) >> shift)
      further += 1
    }
  }

  private func kind(_ id: Int32) -> Kind { characters[Int(id)].kind }

  /// The pieces of a word with its marks.
  private mutating func addPieces(of word: ArraySlice<Int32>) {
    for start in word.startIndex - 1..<word.endIndex {
      var (lower, own) = (UInt64(0), UInt64(0))
      for end in start..<min(start + Self.longest, word.endIndex + 1) {
        if end < word.startIndex || end == word.endIndex {
          lower = Self.mixed(lower, Self.mark)
          own = Self.mixed(own, Self.mark)
          // A mark alone says nothing.
          if end == start { continue }
        } else {
          let character = characters[Int(word[end])]
          lower = Self.mixed(lower, character.lower)
          own = Self.mixed(own, character.own)
        }
        add(lower)
        if own != lower { add(own) }
      }
    }
  }

  /// Words, and two side by side.
  private mutating func addWords(_ ids: ArraySlice<Int32>) {
    var before: (lower: UInt64, own: UInt64)?
    var start = ids.startIndex
    while start < ids.endIndex {
      let kind = kind(ids[start])
      if kind == .space {
        start += 1
        continue
      }
      var (lower, own) = (Self.wholeWord, Self.wholeWord)
      while start < ids.endIndex, self.kind(ids[start]) == kind {
        lower = Self.mixed(lower, characters[Int(ids[start])].lower)
        own = Self.mixed(own, characters[Int(ids[start])].own)
        start += 1
      }
      add(lower)
      if own != lower { add(own) }
      if let before {
        let pair = (lower: Self.mixed(before.lower, lower), own: Self.mixed(before.own, own))
        add(pair.lower)
        if pair.own != pair.lower { add(pair.own) }
      }
      before = (lower, own)
    }
  }
}

/// Counts the rows of one text, in the order in which they first occur.
struct GramCounter: Sendable {
  /// The rows that occurred, and how often.
  private var rows: [Int32] = []
  private var counts: [Int32] = []
  /// A table of hashes: the place of a row in `rows`, plus 1; 0 where there is none.
  private var slots: [Int32] = []

  /// Forgets all rows, and makes room for so many.
  mutating func removeAll(expecting count: Int) {
    rows.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    var size = max(slots.count, 64)
    while size < 2 * count { size *= 2 }
    if size > slots.count {
      slots = [Int32](repeating: 0, count: size)
      rows.reserveCapacity(size / 2)
      counts.reserveCapacity(size / 2)
    }
  }

  mutating func add(_ row: UInt64) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: row &* 0x9E37_79B1) & mask
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if rows[place] == Int32(truncatingIfNeeded: row) {
        // Not `+=`, which allocates in a debug build.
        counts[place] = counts[place] + 1
        return
      }
      slot = (slot + 1) & mask
    }
    rows.append(Int32(truncatingIfNeeded: row))
    counts.append(1)
    slots[slot] = Int32(rows.count)
  }

  /// Adds the text that was counted to a bag, and empties the table.
  mutating func finish(into bag: inout GramBag) {
    for place in rows.indices {
      bag.add(row: rows[place], weight: counts[place] == 1 ? 1 : 1 + logf(Float(counts[place])))
    }
    bag.endText()
    let mask = slots.count - 1
    for place in rows.indices {
      let row = rows[place]
      var slot = Int(truncatingIfNeeded: UInt64(UInt32(bitPattern: row)) &* 0x9E37_79B1) & mask
      while slots[slot] != 0 {
        slots[slot] = 0
        slot = (slot + 1) & mask
      }
    }
  }
}
