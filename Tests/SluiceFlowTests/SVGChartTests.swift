import Foundation
import Testing

@testable import SluiceFlow

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("The gradient-flow chart as SVG")
struct SVGChartTests {
  @Test("It is well-formed XML, whatever the names hold", arguments: 0..<Samples.all.count)
  func wellFormed(index: Int) throws {
    let parsed = try #require(ParsedSVG(Samples.all[index].svg()))
    #expect(parsed.elements.first == "svg")
  }

  @Test("The check for well-formedness fails on what is not")
  func negativeControl() {
    #expect(ParsedSVG("<svg><text>a & b</text></svg>") == nil)
    #expect(ParsedSVG(Samples.plain.svg().replacing("</g>", with: "")) == nil)
  }

  @Test("Every name is there in full, and a value to hover over")
  func names() throws {
    for chart in [Samples.plain, Samples.troubled, Samples.layers(40)] {
      let parsed = try #require(ParsedSVG(chart.svg()))
      for bar in chart.bars {
        #expect(parsed.texts.contains(bar.name))
        #expect(parsed.titles.contains { $0.hasPrefix("\(bar.name): \(bar.word ?? bar.figure)") })
      }
    }
    let hostile = try #require(ParsedSVG(Samples.hostile.svg()))
    #expect(hostile.texts.contains("a<b>&\"c\"'d'\\nnext\\0\\u{202E}\\u{FFFE}]]>"))
    #expect(hostile.titles.contains { $0.hasSuffix("<script>&") })
  }

  @Test("No turned name reaches beyond the lower edge, no title beyond the right one")
  func margins() throws {
    for chart in Samples.all {
      let parsed = try #require(ParsedSVG(chart.svg()))
      for text in parsed.turned where text.style.contains("flow-name") {
        #expect(text.y + SVGText.width(of: text.words, size: 11) <= parsed.height)
      }
      for text in parsed.placed {
        let width = SVGText.width(
          of: text.words, size: text.style.contains("flow-title") ? 15 : 11,
          bold: text.style.contains("flow-title"))
        let left =
          text.anchor == "start" ? text.x : text.anchor == "end" ? text.x - width : text.x - width / 2
        #expect(left >= 0 && left + width <= parsed.width, "\(text.words)")
      }
    }
  }

  @Test("Zero, non-finite and blocked values have shapes of their own and a legend")
  func troubled() {
    let svg = Samples.troubled.svg()
    let body = svg.components(separatedBy: "</defs>")[1]
    // One of each is in the legend.
    #expect(body.components(separatedBy: "class=\"flow-zero\"").count - 1 == 3)
    #expect(body.components(separatedBy: "class=\"flow-broken\"").count - 1 == 3)
    #expect(body.components(separatedBy: "class=\"flow-blocked\"").count - 1 == 2)
    #expect(body.components(separatedBy: "class=\"flow-bar\"").count - 1 == 3)
    #expect(body.components(separatedBy: "class=\"flow-band\"").count - 1 == 2)
    #expect(svg.contains(">exactly zero</text>") && svg.contains(">not finite</text>"))
    #expect(!Samples.plain.svg().contains(">exactly zero</text>"))
  }

  @Test("Bars stand on the axis and are as high as the logarithms of their values")
  func heights() {
    // 240 units for the two decades from 1e-4 to 1e-2.
    let svg = Samples.plain.svg()
    #expect(svg.contains("height=\"60.6\" class=\"flow-bar\""))
    #expect(svg.contains("height=\"125\" class=\"flow-bar\""))
    #expect(svg.contains("height=\"230.9\" class=\"flow-bar\""))
    #expect(svg.contains(">10⁻⁴</text>") && svg.contains(">10⁻³</text>") && svg.contains(">10⁻²</text>"))
  }

  @Test("It refers to nothing outside itself, and no coordinate is lost")
  func selfContained() {
    for chart in Samples.all {
      let svg = chart.svg()
      let rest = svg.replacing("http://www.w3.org/2000/svg", with: "")
      #expect(!rest.contains("http") && !rest.contains("href"))
      #expect(!svg.contains("=\"nan") && !svg.contains("=\"inf"))
      #expect(svg.contains("prefers-color-scheme: dark"))
    }
  }
}

/// What the tests read from an SVG; nil if it is not well-formed.
private final class ParsedSVG: NSObject, XMLParserDelegate {
  struct Text { var words = "", style = "", anchor = "start", x = 0.0, y = 0.0, isTurned = false }

  var elements: [String] = []
  var titles: [String] = []
  var all: [Text] = []
  var width = 0.0
  var height = 0.0
  private var stack: [String] = []
  private var failed = false

  var texts: [String] { all.map(\.words) }
  var turned: [Text] { all.filter(\.isTurned) }
  var placed: [Text] { all.filter { !$0.isTurned } }

  init?(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    // The parser of some platforms reports an element left open to its delegate only.
    guard parser.parse(), !failed, stack.isEmpty else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append(name)
    stack.append(name)
    func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? 0 }
    if name == "svg" { (width, height) = (number("width"), number("height")) }
    if name == "title" { titles.append("") }
    guard name == "text" else { return }
    var text = Text(style: attributes["class"] ?? "", anchor: attributes["text-anchor"] ?? "start")
    (text.x, text.y) = (number("x"), number("y"))
    if let transform = attributes["transform"],
      let match = transform.firstMatch(of: /translate\((\S+) (\S+)\)/)
    {
      text.isTurned = true
      (text.x, text.y) = (Double(match.1) ?? 0, Double(match.2) ?? 0)
    }
    all.append(text)
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if stack.last == "text" { all[all.count - 1].words += string }
    if stack.last == "title" { titles[titles.count - 1] += string }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if stack.popLast() != name { failed = true }
  }

  func parser(_ parser: XMLParser, parseErrorOccurred error: Error) { failed = true }
}
