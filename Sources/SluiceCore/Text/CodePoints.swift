/// A text that is the same as another only if it has the same code points.
///
/// Swift compares `String` by canonical equivalence: “é” as one code point and as “e” with a combining accent are equal,
/// have the same hash, and are one key of a dictionary. Files, models and everything else that reads them tell them
/// apart: a word has a vector by its characters, a tensor a name by its bytes. So whatever Sluice looks up, counts or
/// compares by a text goes by this type, and nothing is normalized: what was read is what is meant. Who wants the two
/// spellings to be one normalizes the data before, and what is asked of the model too.
///
/// The order is that of the code points, which is that of the bytes in UTF-8: it depends on no language and no
/// version of Unicode.
public struct CodePoints: Hashable, Comparable, Sendable {
  /// The text.
  public let text: String

  /// The key of `text`.
  public init(_ text: String) { self.text = text }

  /// The key of a part of a text.
  public init(_ text: Substring) { self.text = String(text) }

  /// Whether both have the same code points.
  public static func == (a: CodePoints, b: CodePoints) -> Bool { a.text.hasSameCodePoints(as: b.text) }

  /// Whether the first code point that differs is the smaller one in `a`, or `a` is the beginning of `b`.
  public static func < (a: CodePoints, b: CodePoints) -> Bool { a.text.precedesByCodePoints(b.text) }

  /// Hashes the bytes of the text and where they end.
  public func hash(into hasher: inout Hasher) {
    let isDone: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
      unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
    }
    if isDone == nil {
      for byte in text.utf8 { hasher.combine(byte) }
    }
    // No byte of UTF-8: two texts hashed one after the other do not run together.
    hasher.combine(UInt8(0xFF))
  }
}

extension CodePoints: ExpressibleByStringLiteral, CustomStringConvertible {
  /// The key of a text that is written in the source.
  public init(stringLiteral text: String) { self.text = text }

  /// The text.
  public var description: String { text }
}

extension String {
  /// Whether both texts have the same code points; see `CodePoints`.
  public func hasSameCodePoints(as other: String) -> Bool {
    // Known without a look at the bytes, so most different texts are told apart at once.
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }

  /// Whether this text comes before the other by their code points; see `CodePoints`.
  public func precedesByCodePoints(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
