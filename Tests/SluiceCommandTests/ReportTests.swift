import Foundation
import Sluice
import Testing

@testable import SluiceCommand

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

  @Test("A long history is thinned and the page says so; a last line cut off is left out")
  func long() throws {
    try withRun(Self.steps(9_000) + #"{"kind":"st"#) { folder in
      let history = try RunHistory(readingRun: folder)
      #expect(history.steps.elements.count <= 2_000 && history.steps.count == 9_000)
      #expect(history.isCutOff && history.remarks.count == 2)
      let shown = history.steps.elements.map(\.step)
      #expect(Set(zip(shown, shown.dropFirst()).map { $1 - $0 }) == [8])
    }
  }

  @Test(
    "A log that is empty, foreign or damaged is an error that says so",
    arguments: ["", "{\"kind\":\"other\"}\n", "no JSON\n{\"kind\":\"step\",\"step\":1}\n"])
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

  @Test("Numbers are short and read back")
  func numbers() {
    #expect(
      [0, 1, 0.25, 12345, 1234.5, 0.0000123, -3.5e9].map(short) == [
        "0", "1", "0.250", "12345", "1235", "1.2e-5", "-3.5e9",
      ])
  }
}
