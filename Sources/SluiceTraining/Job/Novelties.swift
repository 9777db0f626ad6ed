import SluiceCore
import SluiceText

/// What is new to a finished model that a training begins from, in words; nothing where it begins from none.
enum Novelties {
  /// The labels behind those of an earlier training.
  static func of(_ labels: [String], after earlier: [String]?) -> [String] {
    of(labels.dropFirst(earlier?.count ?? labels.count).map { $0 }, "label")
  }

  /// The words behind those of an earlier training.
  static func of(words: [String], after earlier: [String]?) -> [String] {
    of(words.dropFirst(earlier?.count ?? words.count).map { $0 }, "word")
  }

  /// The characters behind those of an earlier training.
  static func of(_ alphabet: Alphabet, after earlier: Alphabet?) -> [String] {
    of(
      alphabet.scalars.dropFirst((earlier ?? alphabet).scalars.count).map {
        Unicode.Scalar($0).map { String(Character($0)) } ?? ""
      },
      "character")
  }

  private static func of(_ names: [String], _ kind: String) -> [String] {
    guard !names.isEmpty else { return [] }
    let shown = names.prefix(12).map { ScreenText.quoted($0) }.joined(separator: ", ")
    return [
      "\(grouped(names.count)) \(kind)\(names.count == 1 ? "" : "s") (\(shown)\(names.count > 12 ? ", …" : ""))"
    ]
  }
}
