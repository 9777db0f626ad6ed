import SluiceCore

/// Text for an SVG: escaping, and widths known without a font at hand.
enum SVGText {
  /// The text as character data or as an attribute's value, with characters that XML forbids made visible.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in ScreenText.escaped(text).unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  /// The width of the text in user units at a font size, an upper bound for the usual sans-serif fonts.
  ///
  /// Whoever opens the file has other fonts than we have, so no label may be cut by a margin that was
  /// measured with ours.
  static func width(of text: String, size: Double, bold: Bool = false) -> Double {
    text.unicodeScalars.reduce(0) { $0 + advance(of: $1) } * size * (bold ? boldFactor : 1)
  }

  /// The width of one letter in ems.
  static func advance(of scalar: Unicode.Scalar) -> Double {
    if scalar.isASCII {
      return scalar.value < 32 || scalar.value > 126 ? 0 : asciiAdvances[Int(scalar.value) - 32] / 1000
    }
    if isSuperscript(scalar) { return 0.6 }
    // The widest letters of the Latin, Greek and Cyrillic blocks take about 1.2 ems.
    return ScreenText.columns(of: scalar) == 0 ? 0 : 1.2
  }

  /// Whether the scalar is one of those in an axis' powers of ten.
  private static func isSuperscript(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xB2, 0xB3, 0xB9, 0x2070...0x207B: true
    default: false
    }
  }

  static let fonts = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

  /// The bold face is at most this much wider, letter by letter.
  private static let boldFactor = 1.27

  /// Thousandths of an em for U+0020 to U+007E: for each letter the wider of Arial's metrics and those of
  /// DejaVu Sans, one of the widest text fonts in use.
  private static let asciiAdvances: [Double] = [
    318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 500, 838, 318, 361, 318, 337,  // space … /
    637, 637, 637, 637, 637, 637, 637, 637, 637, 637, 337, 337, 838, 838, 838, 557,  // 0 … ?
    1016, 685, 687, 723, 771, 667, 611, 778, 752, 295, 500, 667, 558, 863, 749, 788,  // @ … O
    667, 788, 723, 667, 611, 732, 685, 989, 686, 667, 686, 391, 337, 391, 838, 557,  // P … _
    500, 613, 635, 550, 635, 616, 353, 635, 634, 278, 278, 580, 278, 975, 634, 612,  // ` … o
    635, 635, 412, 521, 393, 634, 592, 818, 592, 592, 525, 637, 337, 637, 838,  // p … ~
  ]
}

/// A coordinate with at most one decimal.
func coordinate(_ value: Double) -> String {
  let tenths = (value * 10).rounded() / 10
  return tenths == tenths.rounded() ? String(Int(tenths)) : tenths.description
}

/// 10 to a power as `10⁻⁴`.
func powerOfTen(_ exponent: Int) -> String {
  let superscripts: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
  return "10" + (exponent < 0 ? "⁻" : "")
    + String(String(exponent.magnitude).compactMap(\.wholeNumberValue).map { superscripts[$0] })
}
