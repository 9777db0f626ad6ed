import Foundation
import Sluice
import Testing

@testable import SluiceReport

@Suite("The report of a run")
struct ReportTests {
  /// A folder with a log of these lines, removed afterwards.
  private func withRun(_ text: String, _ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "sluice-report-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try text.write(toFile: folder + "/metrics.jsonl", atomically: true, encoding: .utf8)
    try body(folder)
  }

  private static func steps(_ count: Int) -> String {
    (1...count).map { #"{"kind":"step","step":\#($0),"loss":\#(1 / Double($0)),"accuracy":0.5}"# }
      .joined(separator: "\n") + "\n"
  }

  private static func flow(_ name: String) -> String {
    let figures = #"{"mean":0.1,"rms":0.2,"max":0.3,"zeros":0}"#
    let parameter =
      #"{"role":"weight","gradient":\#(figures),"weight":\#(figures),"update":\#(figures),"ratio":0.01}"#
    return #"{"kind":"flow","step":1,"parameters":{\#(name):\#(parameter)},"#
      + #""operations":{},"times":{"net":{"steps_per_bin":1,"from_end":{"0":0.1,"1":0.05}}}}"# + "\n"
  }

  @Test("A name with markup, quotes and a line end stays text")
  func escaping() throws {
    let name = #""</script><b onload=\"x\">&'\n""#
    let finding =
      #"{"kind":"finding","step":3,"first_step":2,"name":"<i>","place":\#(name),"evidence":"\"","hint":"h"}"#
    try withRun(Self.steps(4) + Self.flow(name) + finding + "\n") { folder in
      let page = ReportPage(runs: [try RunHistory(readingRun: folder)]).html
      #expect(!page.contains("<b onload") && !page.contains("<i>"))
      #expect(page.contains("&lt;b onload=&quot;x&quot;&gt;&amp;&#39;\\n"))
      #expect(page.components(separatedBy: "</script>").count == 2)
      #expect(page.contains("prefers-color-scheme:dark") && page.contains("<svg"))
      for word in ["http://", "https://", "src="] {
        #expect(!page.replacing("http://www.w3.org/2000/svg", with: "").contains(word))
      }
    }
  }

  @Test("Each of very many weights has its own figures, at every observation")
  func manyWeights() throws {
    let flows = [1, 2].map { step in
      let parameters = (0..<400).map { i in
        #""w\#(i)":{"role":"weight","gradient":{"mean":\#(Double(step * 1_000 + i))},"ratio":0.01}"#
      }
      return
        #"{"kind":"flow","step":\#(step),"parameters":{\#(parameters.joined(separator: ","))},"times":{}}"#
        + "\n"
    }
    try withRun(Self.steps(2) + flows.joined()) { folder in
      let history = try RunHistory(readingRun: folder)
      #expect(history.flows.elements.map { $0.parameter("w399")?.gradient } == [1_399, 2_399])
      #expect(history.flows.elements[0].parameter("w400") == nil)
      let page = ReportPage(runs: [history]).html
      #expect(page.contains("w399, step 2: 2399") && page.contains("w0, step 1: 1000"))
    }
  }

  @Test("A long history is thinned and the page says so; a last line cut off is left out")
  func long() throws {
    try withRun(Self.steps(9_000) + #"{"kind":"st"#) { folder in
      let history = try RunHistory(readingRun: folder)
      #expect(history.steps.elements.count <= 2_000 && history.steps.count == 9_000)
      #expect(history.isCutOff && history.remarks.count == 2)
      #expect(history.remarks[0] == "of 9,000 steps every 8th is shown")
      #expect(history.steps.last?.step == 9_000)
      #expect(ReportPage(runs: [history]).html.contains("loss 1 to 1.1e-4, of"))
      let shown = history.steps.elements.map(\.step)
      #expect(Set(zip(shown, shown.dropFirst()).map { $1 - $0 }) == [8])
    }
  }

  @Test(
    "A log that is empty, foreign or damaged is an error that says so",
    arguments: [
      "", "\n\n", "{\"kind\":\"other\"}\n", "no JSON\n{\"kind\":\"step\",\"step\":1}\n", "step,loss\n1,2.3\n",
      "{\"kind\":\"st", "{\"loss\":[1,2]}\n", "\u{1F}\u{8B}\u{8}\0\0\n\0",
      "{\"kind\":\"step\",\"step\":\"1\"}\n",
    ])
  func bad(text: String) throws {
    try withRun(text) { folder in
      #expect(throws: StorageError.self) { try RunHistory(readingRun: folder) }
    }
  }

  @Test("Two runs with different layers are compared, and what only one has is named")
  func comparison() throws {
    try withRun(Self.steps(3) + Self.flow("\"first\"")) { one in
      try withRun(Self.steps(5) + Self.flow("\"second\"")) { other in
        let page = ReportPage(
          runs: [try RunHistory(readingRun: one), try RunHistory(readingRun: other)]
        ).html
        #expect(page.contains("Only in \(one): first.") && page.contains("Only in \(other): second."))
      }
    }
  }

  @Test("What is measured after the epochs has its curves: beside the loss, as perplexity, as recall")
  func epochs() throws {
    let epochs = (1...3).map {
      #"{"kind":"epoch","epoch":\#($0),"step":\#(2 * $0),"loss":1,"validation_loss":\#(3.0 / Double($0)),"#
        + #""validation_perplexity":\#(20 / $0),"recall_at_1":0.5,"recall_at_5":0.\#($0),"words_per_second":7}"#
    }
    let flat = #"{"kind":"epoch","epoch":1,"validation_perplexity":12}"#
    try withRun(Self.steps(6) + epochs.joined(separator: "\n") + "\n") { one in
      try withRun(Self.steps(4) + flat + "\n") { other in
        let history = try RunHistory(readingRun: one)
        #expect(history.epochs.elements.map(\.step) == [2, 4, 6])
        #expect(history.epochs.elements[1].figures["validation_loss"] == 1.5)
        #expect(history.epochs.elements[1].figures["words_per_second"] == nil)
        let page = ReportPage(runs: [history]).html
        for words in ["validation loss, step 4: 1.50", "perplexity, step 6: 6", "recall at 5, step 2: 0.100"]
        {
          #expect(page.contains(words))
        }
        #expect(!page.contains("macro") && !page.contains("<figcaption>learning rate"))
        let both = try ReportPage(runs: [history, RunHistory(readingRun: other)]).html
        // An epoch that says no step belongs to the last one before it.
        #expect(both.contains("\(other), validation perplexity, step 4: 12"))
        #expect(both.contains("<span class=\"key c1 d0\"></span> \(other), loss"))
      }
    }
  }

  @Test("Findings of one step have one mark, which tells all of them")
  func marks() throws {
    let findings = [(3, "<a>"), (3, "b"), (4, "c")].map {
      #"{"kind":"finding","step":\#($0),"first_step":2,"name":"\#($1)","place":"","evidence":"e","hint":"h"}"#
    }
    try withRun(Self.steps(4) + findings.joined(separator: "\n") + "\n") { folder in
      let page = ReportPage(runs: [try RunHistory(readingRun: folder)]).html
      #expect(page.contains("<title>&lt;a&gt;, since step 2; b, since step 2</title>"))
      // Two marks in the picture of the loss and in that of the accuracy.
      #expect(page.components(separatedBy: "class=\"alarm\"").count == 5)
    }
  }

  @Test("A heat map of more observations than it has columns says how many it shows")
  func heat() throws {
    let flows = (1...130).map { Self.flow("\"w\"").replacing("\"step\":1", with: "\"step\":\($0)") }
    try withRun(Self.steps(130) + flows.joined()) { folder in
      let page = ReportPage(runs: [try RunHistory(readingRun: folder)]).html
      #expect(page.contains("by weight and step, 100 of 130 observations"))
    }
  }

  @Test("Axes have round numbers within their ends")
  func axes() {
    #expect(ticks(0.095, 0.679).map(short) == ["0.100", "0.200", "0.300", "0.400", "0.500", "0.600"])
    #expect(ticks(7e-5, 4e-3).map(short) == ["1e-3", "2e-3", "3e-3", "4e-3"])
    #expect(ticks(-3, 12).map(short) == ["0", "5", "10"])
    #expect(ticks(5, 5) == [5] && ticks(1e20, 1e20 + 1e5) == [1e20])
    func decades(_ low: Double, _ high: Double) -> [String] {
      logarithmicTicks(decimalLogarithm(low), decimalLogarithm(high)).map { short(powerOfTen($0)) }
    }
    #expect(decades(1.4e-26, 2.4e-4) == ["1e-25", "1e-21", "1e-17", "1e-13", "1e-9", "1e-5"])
    #expect(decades(0.158, 1.4) == ["0.200", "0.500", "1"])
    #expect(decades(3.1, 3.9).count >= 3)
  }

  @Test(
    "One step, equal figures and figures at the ends of what numbers hold make a page",
    arguments: [
      #"{"kind":"step","step":1,"loss":2}"#,
      #"{"kind":"step","step":1,"loss":null,"loss_is":"nan"}"#,
      #"{"kind":"step","step":9223372036854775807,"loss":1e308}"# + "\n"
        + #"{"kind":"step","step":-9223372036854775808,"loss":-1e308}"#,
      #"{"kind":"step","step":1,"loss":1e-320,"gradient_norm":1e-320}"# + "\n"
        + #"{"kind":"flow","step":"one","parameters":[1],"times":7}"# + "\n"
        + #"{"kind":"flow","step":1,"parameters":{"a":{"role":"weight","gradient":{"mean":0}},"b":1},"times":{"t":{}}}"#,
      #"{"kind":"step","step":1,"loss":1}"# + "\n"
        + #"{"kind":"flow","step":1,"times":{"t":{"steps_per_bin":9223372036854775807,"from_end":{"0":1,"1":2,"2":3}}}}"#,
    ])
  func odd(text: String) throws {
    try withRun(text + "\n") { folder in
      let page = ReportPage(runs: [try RunHistory(readingRun: folder)]).html
      #expect(page.hasSuffix("</html>\n") && !page.contains("nan\"") && !page.contains("inf\""))
    }
  }

  @Test("Numbers are short and read back")
  func numbers() {
    #expect(
      [1, 2, 3, 4, 11, 12, 22, 32, 111, 1024].map(ordinal).joined(separator: " ")
        == "1st 2nd 3rd 4th 11th 12th 22nd 32nd 111th 1024th")
    #expect(
      short(powerOfTen(decimalLogarithm(80))) == "80" && short(powerOfTen(decimalLogarithm(50))) == "50")
    #expect(
      [0, 1, 0.25, 12345, 1234.5, 0.0000123, -3.5e9, 1e-5].map(short) == [
        "0", "1", "0.250", "12345", "1235", "1.2e-5", "-3.5e9", "1e-5",
      ])
  }
}
