import Sluice

/// Texts of lengths between none and 500 characters, with some characters that no training met.
struct SampleTexts {
  private let random: CounterRandom
  private var drawn: UInt64 = 0
  /// What the texts are cut from.
  private let source: [Unicode.Scalar]
  private static let strangers = Array("日😀\u{301}\u{0}\"\\\n\u{2028}".unicodeScalars)

  /// - Parameter source: what the texts are cut from: at least 1,000 characters.
  init(seed: UInt64, of source: String) {
    random = CounterRandom(seed: seed)
    self.source = Array(source.unicodeScalars)
  }

  mutating func below(_ bound: Int) -> Int {
    drawn += 1
    return random.below(bound, drawn)
  }

  /// One text of so many code points.
  mutating func text(of length: Int, onlyStrangers: Bool = false) -> String {
    let start = below(source.count - length)
    var scalars = String.UnicodeScalarView()
    for i in start..<start + length {
      let isStrange = onlyStrangers || below(40) == 0
      scalars.append(isStrange ? Self.strangers[below(Self.strangers.count)] : source[i])
    }
    return String(scalars)
  }

  /// Texts of all kinds: without a character, of one, of only unknown ones, of 500, and many of lengths between.
  mutating func texts(_ count: Int) -> [String] {
    var texts = ["", text(of: 1), text(of: 3, onlyStrangers: true), text(of: 500), ""]
    while texts.count < count { texts.append(text(of: below(below(4) == 0 ? 500 : 60))) }
    return texts
  }
}
