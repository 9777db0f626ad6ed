/// Texts found inside texts, byte by byte: as everywhere in Sluice, two spellings of one letter are two texts.
///
/// The standard library's searches of this kind come with its regular expressions, which a program that is linked by itself
/// can do without.
extension StringProtocol {
  /// Where a text that is not empty is found first; nil where it is not.
  package func firstPlace(of text: some StringProtocol) -> Range<Index>? {
    guard let first = text.utf8.first else { return nil }
    var start = utf8.startIndex
    while let found = utf8[start...].firstIndex(of: first) {
      let rest = utf8[found...].prefix(text.utf8.count)
      if rest.elementsEqual(text.utf8) { return found..<rest.endIndex }
      start = utf8.index(after: found)
    }
    return nil
  }

  /// Whether a text that is not empty is found in this one.
  package func holds(_ text: some StringProtocol) -> Bool { firstPlace(of: text) != nil }

  /// The parts between all places of a separator, which is not empty; parts that are empty are left out.
  package func parts(between separator: some StringProtocol) -> [SubSequence] {
    var parts: [SubSequence] = []
    var rest = self[...]
    while let place = rest.firstPlace(of: separator) {
      parts.append(rest[..<place.lowerBound])
      rest = rest[place.upperBound...]
    }
    parts.append(rest)
    return parts.filter { !$0.isEmpty }
  }
}
