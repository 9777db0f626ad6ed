/// The forms of a word: what comes before its stem and after it, in one language and in another.
enum Affixes {
  struct Affix: Sendable {
    var before: [Int32] = []
    var after: [Int32] = []
  }

  /// The letters of the other language.
  static let letters = 20

  static func all(_ source: DataSetup.Source) -> [Affix] {
    switch source {
    case .usual:
      [Affix(), Affix(after: [1]), Affix(after: [2, 3]), Affix(after: [4]), Affix(after: [1, 5])]
    case .other:
      [
        Affix(), Affix(before: [11]), Affix(after: [3]), Affix(before: [7, 2]), Affix(after: [15, 9]),
        Affix(before: [7], after: [3]),
      ]
    }
  }
}
