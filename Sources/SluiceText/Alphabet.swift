import SluiceCore

/// The characters a model knows: Unicode scalars numbered from 1, and id 0 for every other one.
///
/// Ids follow decreasing count in the training texts, ties by scalar value, so the same texts in any order
/// make the same alphabet. Texts are taken as they are, without Unicode normalization: a letter with a
/// combining accent is two characters and differs from the single precomposed one.
///
/// With the default `minimumCount` of 1 the unknown id never occurs in the training texts, so what a model
/// does with it is left at its initial value; from 2 on, rare characters train it. The trainings of the command take a
/// small share of the characters for unknown ones instead.
public struct Alphabet: Sendable, Equatable {
  /// The id of every character that is not in the alphabet.
  public static let unknown: Int32 = 0

  /// The characters in the order of their ids: `scalars[i]` has the id i + 1. Enough to make the alphabet
  /// again.
  public let scalars: [UInt32]

  // Ids by scalar in two levels: a page is 256 ids, page 0 is all unknown. One lookup costs two reads and
  // no hashing, and the pages of a text in one script stay in the first-level cache.
  private var pageOfScalar: [Int32]
  private var pages: [Int32]

  /// The alphabet of the characters counted at least `minimumCount` times.
  public init(_ counts: ScalarCounts, minimumCount: Int = 1) {
    let frequent = counts.byDecreasingCount.prefix { $0.count >= minimumCount }
    self.init(distinct: frequent.map { $0.scalar.value })
  }

  /// The alphabet of the characters that occur in `texts` at least `minimumCount` times.
  public init(of texts: LabeledTexts, minimumCount: Int = 1) {
    var counts = ScalarCounts()
    counts.add(texts)
    self.init(counts, minimumCount: minimumCount)
  }

  /// The alphabet of the characters that occur in `texts` at least `minimumCount` times.
  public init(of texts: [String], minimumCount: Int = 1) {
    var counts = ScalarCounts()
    for text in texts { counts.add(text) }
    self.init(counts, minimumCount: minimumCount)
  }

  /// The alphabet whose `scalars` were stored.
  ///
  /// - Throws: `AlphabetError` where a number is no Unicode scalar value or is listed twice.
  public init(scalars: [UInt32]) throws(AlphabetError) {
    var seen: Set<UInt32> = []
    for (position, value) in scalars.enumerated() {
      if Unicode.Scalar(value) == nil {
        throw AlphabetError(position: position, value: value, got: "no Unicode scalar value")
      }
      if !seen.insert(value).inserted {
        throw AlphabetError(position: position, value: value, got: "listed before")
      }
    }
    self.init(distinct: scalars)
  }

  /// The alphabet of an earlier training with the characters of another behind it: those that the earlier one knows keep their ids.
  public init(continuing earlier: Alphabet?, with other: Alphabet) {
    guard let earlier else {
      self = other
      return
    }
    self.init(
      distinct: earlier.scalars + other.scalars.filter { earlier.id(ofValue: $0) == Alphabet.unknown })
  }

  private init(distinct scalars: [UInt32]) {
    self.scalars = scalars
    pageOfScalar = [Int32](repeating: 0, count: 0x110000 >> 8)
    pages = [Int32](repeating: Alphabet.unknown, count: 256)
    for (position, value) in scalars.enumerated() {
      let page = Int(value >> 8)
      if pageOfScalar[page] == 0 {
        pageOfScalar[page] = Int32(pages.count >> 8)
        pages.append(contentsOf: repeatElement(Alphabet.unknown, count: 256))
      }
      pages[Int(pageOfScalar[page]) << 8 | Int(value & 0xFF)] = Int32(position + 1)
    }
  }

  /// The number of ids, the unknown one included: the rows an embedding of this alphabet needs.
  public var count: Int { scalars.count + 1 }

  /// The id of a character, `Alphabet.unknown` if it has none.
  public func id(of scalar: Unicode.Scalar) -> Int32 { id(ofValue: scalar.value) }

  /// The id of the scalar with this value. Values that are no scalar are unknown.
  func id(ofValue value: UInt32) -> Int32 {
    guard value < 0x110000 else { return Alphabet.unknown }
    return pages[Int(pageOfScalar[Int(value >> 8)]) << 8 | Int(value & 0xFF)]
  }

  /// The character with this id, nil for the unknown one and for numbers that are no id.
  public func scalar(of id: Int32) -> Unicode.Scalar? {
    guard id > 0, Int(id) <= scalars.count else { return nil }
    return Unicode.Scalar(scalars[Int(id) - 1])
  }

  /// Appends the ids of `text`'s characters to `ids`.
  ///
  /// - Complexity: O(its length); allocates only where the capacity of `ids` is exceeded.
  public func encode(_ text: String, into ids: inout [Int32]) {
    for scalar in text.unicodeScalars { ids.append(id(ofValue: scalar.value)) }
  }

  /// The text of `ids`; whatever has no character becomes `replacement`.
  public func decode(_ ids: some Sequence<Int32>, replacement: Unicode.Scalar = "\u{FFFD}") -> String {
    var text = String.UnicodeScalarView()
    for id in ids { text.append(scalar(of: id) ?? replacement) }
    return String(text)
  }

  /// Whether both give every character the same id.
  public static func == (a: Alphabet, b: Alphabet) -> Bool { a.scalars == b.scalars }
}

/// Stored as the array of its scalar values.
extension Alphabet: Codable {
  /// Reads the list of scalar values. The error for a list that is no alphabet is one of decoding, so that it comes with the
  /// place of the list.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let scalars = try container.decode([UInt32].self)
    do {
      try self.init(scalars: scalars)
    } catch {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "number \(error.value) at position \(error.position): \(error.got)")
    }
  }

  /// Writes the list of scalar values.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(scalars)
  }
}

/// Why a list of numbers is no alphabet.
public struct AlphabetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The place in the list, counted from 0.
  public let position: Int
  /// The number found there.
  public let value: UInt32
  /// What is wrong with it.
  public let got: String

  /// A sentence with the place and number of what is wrong.
  public var description: String {
    "An alphabet lists Unicode scalar values, each once: number \(value) at position \(position) is \(got)."
  }
}
