import SluiceCore
import Testing

@testable import SluiceFlow

@Suite("The gradient-flow chart in the terminal")
struct TerminalChartTests {
  @Test("Bars are as long as the logarithms of their values")
  func plain() {
    let expected = """
      Gradient flow
      embedding  3.20e-04 │█████████▋
      gru        1.10e-03 │███████████████████▊
      output     8.40e-03 │████████████████████████████████████▌
                          └──────────────────┴──────────────────┘
                        1e-4               1e-3              1e-2
                                     mean |gradient|, logarithmic

      """
    #expect(Samples.plain.terminal(columns: 59) == expected)
  }

  @Test("Zero and non-finite values have words, blocked layers a pattern, a word and a remark")
  func troubled() {
    let text = Samples.troubled.terminal(columns: 60)
    #expect(text.contains("fine      1.00e-02 │████"))
    #expect(text.contains("tiny      2.00e-08 │░░ blocked\n"))
    #expect(text.contains("zero             0 │ zero\n"))
    #expect(text.contains("dead             0 │ zero, blocked\n"))
    #expect(text.contains("nan            NaN │ not a number\n"))
    #expect(text.contains("inf            inf │ infinite\n"))
    #expect(text.contains("negative  3.00e-03 │███"))
    #expect(text.hasSuffix("tiny: blocked, near zero for 12 steps\ndead: blocked\n"))
  }

  @Test("No line exceeds the columns asked for", arguments: [24, 40, 41, 63, 80, 100, 200])
  func widths(columns: Int) {
    for chart in Samples.all {
      for unicode in [true, false] {
        for line in chart.terminal(columns: columns, unicode: unicode).split(separator: "\n") {
          #expect(ScreenText.columns(of: String(line)) <= columns, "\(line)")
        }
      }
    }
  }

  @Test("A width under the least one counts as the least one", arguments: [-5, 0, 23])
  func leastWidth(columns: Int) {
    #expect(Samples.troubled.terminal(columns: columns) == Samples.troubled.terminal(columns: 24))
  }

  @Test("Names are in full wherever the terminal is as wide as they are")
  func fullNames() {
    let chart = Samples.layers(12)
    for columns in [40, 60, 80] {
      let text = chart.terminal(columns: columns)
      for bar in chart.bars where bar.name.count <= columns { #expect(text.contains(bar.name)) }
    }
  }

  @Test("A name wider than the terminal keeps both of its ends")
  func shortenedName() {
    let chart = FlowChart(
      title: "T", bars: [FlowBar(name: "first" + String(repeating: ".", count: 50) + "last", value: 1)])
    let lines = chart.terminal(columns: 30).split(separator: "\n")
    #expect(lines[1] == "first..........…..........last")
    #expect(ScreenText.columns(of: String(lines[1])) == 30)
  }

  @Test("Plain ASCII on request, whatever the names hold")
  func ascii() {
    for chart in Samples.all {
      #expect(chart.terminal(columns: 40, unicode: false).utf8.allSatisfy { $0 < 128 })
    }
    #expect(Samples.plain.terminal(columns: 40, unicode: false).contains("gru        1.10e-03 |##########\n"))
  }

  @Test("Names cannot smuggle in control characters")
  func control() {
    let text = Samples.hostile.terminal(columns: 80)
    #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
    #expect(text.contains("\\u{1B}[31m") && text.contains("\\nnext\\0\\u{202E}"))
  }

  @Test("Color adds escape sequences and nothing else")
  func color() throws {
    for chart in Samples.all {
      let colored = chart.terminal(columns: 70, color: true)
      #expect(colored.contains("\u{1B}[") || chart.title.isEmpty)
      #expect(colored.replacing(try Regex("\u{1B}\\[[0-9]*m"), with: "") == chart.terminal(columns: 70))
    }
  }

  @Test("A chart without layers says so, one without positive values has no axis")
  func degenerate() {
    #expect(Samples.empty.terminal() == "Nothing\n(no layers)\n")
    let zeros = FlowChart(title: "T", bars: [FlowBar(name: "a", value: 0), FlowBar(name: "b", value: .nan)])
    #expect(zeros.terminal() == "T\na    0 │ zero\nb  NaN │ not a number\n")
  }

  @Test("Equal values have equal bars")
  func equal() {
    let lines = Samples.equal.terminal(columns: 50).split(separator: "\n")[1...3]
    #expect(Set(lines.map { $0.dropFirst() }).count == 1)
    #expect(lines.allSatisfy { $0.contains("█") })
  }
}
