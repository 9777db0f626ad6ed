import SluiceCore
import Testing

@testable import SluiceText

@Suite("Statistics of labeled texts")
struct TextStatisticsTests {
  @Test("Lengths and shares are those counted by hand")
  func byHand() {
    let examples = (1...10).map {
      (label: $0 <= 7 ? "long label" : "b", text: String(repeating: "é", count: $0 * $0))
    }
    let statistics = TextStatistics(LabeledTexts(examples))
    #expect(statistics.count == 10)
    #expect(statistics.labels.map(\.name) == ["b", "long label"])
    #expect(statistics.labels.map(\.count) == [3, 7])
    #expect(statistics.labels.map(\.share) == [0.3, 0.7])
    let lengths = statistics.lengths
    #expect([lengths.minimum, lengths.median, lengths.percentile90, lengths.maximum] == [1, 25, 81, 100])
    #expect(lengths.total == 385)
    #expect(lengths.mean == 38.5)
    #expect(
      statistics.table == """
        label       count   share
        b               3  30.0 %
        long label      7  70.0 %
        all            10

        characters a text: least 1, median 25, mean 38.5, 90 % up to 81, most 100
        """)
  }

  @Test("Of many labels those with the most examples are listed, and how many are left out")
  func manyLabels() {
    let examples = (0..<50).flatMap { i in
      Array(repeating: (label: "l\(i + 10)", text: ""), count: i == 30 || i == 31 ? 3 : 2)
    }
    #expect(
      TextStatistics(LabeledTexts(examples)).table(labelLimit: 3).hasPrefix(
        """
        label             count  share
        l10                   2  2.0 %
        l40                   3  2.9 %
        l41                   3  2.9 %
        … 47 more labels
        all                 102
        """))
  }

  @Test("A label in a table is escaped, cut, and as wide as a terminal shows it")
  func hostileLabels() {
    let long = String(repeating: "x", count: 60_000)
    let texts = LabeledTexts([("日本", "a"), ("a\u{1B}[2J\u{202E}", "b"), (long, "c")])
    var report = ClassificationReport(labelNames: texts.labelNames)
    report.add(expected: 0, predicted: 1)
    for table in [TextStatistics(texts).table, report.table] {
      let lines = table.split(separator: "\n").prefix(4).map(String.init)
      #expect(lines.contains { $0.hasPrefix(#"a\u{1B}[2J\u{202E}  "#) })
      #expect(lines.contains { $0.hasPrefix(String(repeating: "x", count: 59) + "…  ") })
      #expect(Set(lines.map { ScreenText.columns(of: $0) }).count == 1 && lines[0].count < 110)
    }
  }

  @Test("Quantiles by nearest rank for every small count", arguments: 1...21)
  func quantiles(count: Int) {
    let lengths = TextStatistics.Lengths(Array((1...count).reversed()))
    #expect(lengths.median == (count + 1) / 2)
    // The smallest value that nine tenths of all do not exceed, found by trying each.
    #expect(lengths.percentile90 == (1...count).first { 10 * $0 >= 9 * count })
  }

  @Test("No texts have zeros, no trap")
  func empty() {
    let statistics = TextStatistics(LabeledTexts([]))
    #expect(statistics.lengths == TextStatistics.Lengths([]))
    #expect(statistics.lengths.maximum == 0)
    #expect(statistics.table.contains("all"))
  }

  @Test("Lengths that are counted have the figures of lengths that are held")
  func lengths() {
    var random = RandomStream(seed: 1, purpose: .split, index: 0)
    for count in [0, 1, 2, 9, 10, 500] {
      let lengths = (0..<count).map { _ in random.below(2) == 0 ? random.below(40) : random.below(9_000) }
      var counts = LengthCounts()
      for length in lengths { counts.add(length) }
      #expect(counts.statistics == TextStatistics.Lengths(lengths))
      #expect(counts.longest(7) == Array(lengths.sorted(by: >).prefix(7)))
    }
  }
}
