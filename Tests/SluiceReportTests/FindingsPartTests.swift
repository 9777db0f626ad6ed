import Foundation
import Sluice
import Testing

@testable import SluiceReport

@Suite("Findings in the report")
struct FindingsPartTests {
  private func page(_ findings: [String]) throws -> String {
    let folder = NSTemporaryDirectory() + "sluice-report-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let steps = (1...100).map { #"{"kind":"step","step":\#($0),"loss":1}"# }
    try (steps + findings).map { $0 + "\n" }.joined()
      .write(toFile: folder + "/metrics.jsonl", atomically: true, encoding: .utf8)
    return ReportPage(runs: [try RunHistory(readingRun: folder)]).html
  }

  private static func finding(_ id: Int, _ name: String, since step: Int, _ more: String = "") -> String {
    #"{"kind":"finding","step":\#(step + 10),"first_step":\#(step),"id":\#(id),"name":"\#(name)","place":"","evidence":"e","hint":"h"\#(more)}"#
  }

  @Test("The verdict comes first, consequences are under their cause, and all have bars over the steps")
  func verdict() throws {
    let page = try page([
      Self.finding(0, "overfitting", since: 5), Self.finding(1, "loss flat", since: 20),
      Self.finding(2, "rate too high", since: 10),
      #"{"kind":"finding_explained","step":20,"id":1,"cause":2}"#,
      #"{"kind":"finding_ended","step":60,"id":0}"#,
    ])
    let cause = try #require(page.range(of: "<b>rate too high</b> since step 10"))
    let warning = try #require(page.range(of: "<b>overfitting</b> since step 5, until step 60 (warning)"))
    let consequence = try #require(
      page.range(of: "<summary>Consequences: 1</summary><ul><li><b>loss flat</b>"))
    #expect(cause.lowerBound < consequence.lowerBound && consequence.lowerBound < warning.lowerBound)
    let picture = try #require(page.range(of: "aria-label=\"Findings by step\""))
    let svg = page[picture.lowerBound...].prefix { $0 != "§" }.components(separatedBy: "</svg>")[0]
    #expect(svg.components(separatedBy: "<rect").count == 4 && svg.contains("↳ loss flat"))
    // Steps 0 to 100 are 8 to 632: the bar of the warning goes from step 5 to step 60.
    #expect(svg.contains("<rect x=\"39.2\"") && svg.contains("width=\"343.2\""), "\(svg)")
  }

  @Test("Very many findings leave a page that says how many the picture lacks")
  func many() throws {
    let page = try page((0..<150).map { Self.finding($0, "mine \($0)", since: $0 % 90) })
    #expect(page.contains("90 more are left out of the picture."))
  }

  @Test("A run without findings says so")
  func none() throws {
    #expect(try page([]).contains("Nothing was found wrong."))
  }
}
