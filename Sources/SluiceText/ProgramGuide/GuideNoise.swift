/// What happens to a text between the writer of a program guide and its reader: capitals, lost umlauts,
/// slips.
///
/// Digits and signs are never touched and words under six letters never slipped, so that the pattern a label
/// rests on stays legible.
enum GuideNoise {
  /// The text as it is, nine times in ten, or with one of the changes.
  static func apply(_ text: String, _ random: inout RandomStream) -> String {
    switch random.below(100) {
    case 0..<3: return text.uppercased()
    case 3..<5: return text.lowercased()
    case 5..<8: return withoutUmlauts(text)
    case 8..<11: return withSlip(text, &random)
    default: return text
    }
  }

  private static func withoutUmlauts(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "ä": result += "ae"
      case "ö": result += "oe"
      case "ü": result += "ue"
      case "Ä": result += "Ae"
      case "Ö": result += "Oe"
      case "Ü": result += "Ue"
      case "ß": result += "ss"
      default: result.append(character)
      }
    }
    return result
  }

  /// Two neighboring letters of one long word exchanged, or one letter lost or doubled.
  private static func withSlip(_ text: String, _ random: inout RandomStream) -> String {
    var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let long = words.indices.filter { words[$0].count >= 6 && words[$0].allSatisfy(\.isLetter) }
    guard !long.isEmpty else { return text }
    let chosen = long[random.below(long.count)]
    var letters = Array(words[chosen])
    // The first letter and the last are where a reader holds on to a word.
    let i = random.within(1...(letters.count - 3))
    switch random.below(3) {
    case 0: letters.swapAt(i, i + 1)
    case 1: letters.remove(at: i)
    default: letters.insert(letters[i], at: i)
    }
    words[chosen] = String(letters)
    return words.joined(separator: " ")
  }
}
