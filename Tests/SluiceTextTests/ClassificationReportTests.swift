import AllocationCounter
import Testing

@testable import SluiceText

@Suite("Classification report")
struct ClassificationReportTests {
  private func report(_ names: [String], _ pairs: [(expected: Int32, predicted: Int32)])
    -> ClassificationReport
  {
    var report = ClassificationReport(labelNames: names)
    for pair in pairs { report.add(expected: pair.expected, predicted: pair.predicted) }
    return report
  }

  @Test("Figures agree with a count by hand")
  func byHand() {
    // True a: 3 as a, 1 as b. True b: 1 as a, 2 as b, 1 as c. True c: 2 as c.
    let report = report(
      ["a", "b", "c"],
      [(0, 0), (0, 0), (0, 0), (0, 1), (1, 0), (1, 1), (1, 1), (1, 2), (2, 2), (2, 2)])
    let twoThirds = 2.0 / 3
    let fourSevenths = 4.0 / 7
    let precision = [0.75, twoThirds, twoThirds]
    let f1 = [0.75, fourSevenths, 0.8]
    #expect(report.count == 10)
    #expect(report.accuracy == 0.7)
    #expect(report.labels.map(\.precision) == precision)
    #expect(report.labels.map(\.recall) == [0.75, 0.5, 1])
    #expect(report.labels.map(\.f1) == f1)
    #expect(report.labels.map(\.count) == [4, 4, 2])
    #expect(report.labels.map(\.predicted) == [4, 3, 3])
    #expect(abs(report.macroF1 - (0.75 + fourSevenths + 0.8) / 3) < 1e-15)
    #expect(
      report.table == """
        label  precision  recall     F1  count
        a          0.750   0.750  0.750      4
        b          0.667   0.500  0.571      4
        c          0.667   1.000  0.800      2

        accuracy 70.00 %, macro F1 0.707, 10 examples
        """)
  }

  @Test("A hundred thousand labels take a few numbers each, and a limit holds for the lines about them")
  func manyLabels() {
    let names = (0..<100_000).map { "label \($0)" }
    var report = report(
      names, [(7, 7), (7, 99_999), (99_999, 99_999), (99_999, 0), (99_999, 0), (3, 3), (2, 3)])
    #expect(report.accuracy == 3.0 / 7)
    #expect(report.labels[99_999].precision == 0.5)
    #expect(report.labels[99_999].recall == 1.0 / 3)
    #expect(
      report.table(labelLimit: 3) == """
        label        precision  recall     F1  count
        label 2          0.000   0.000  0.000      1
        label 7          1.000   0.500  0.667      2
        label 99999      0.500   0.333  0.400      3
        … 99997 more labels

        accuracy 42.86 %, macro F1 0.347, 7 examples
        """)
    report.removeAll()
    #expect(report.count == 0 && report.accuracy == 0)
  }

  @Test("A long name is cut, so a table does not grow with its length times the labels")
  func longName() {
    let report = report([String(repeating: "x", count: 50_000)] + (0..<100).map { "n\($0)" }, [(0, 0)])
    #expect(report.table.utf8.count < 101 * 100)
    #expect(report.table.contains(String(repeating: "x", count: 59) + "…  "))
  }

  @Test("Labels without examples or predictions have figures of 0; absent ones do not count in macro F1")
  func emptyClasses() {
    let report = report(["seen", "only predicted", "never predicted", "absent"], [(0, 0), (0, 1), (2, 0)])
    #expect(report.labels.map(\.precision) == [0.5, 0, 0, 0])
    #expect(report.labels.map(\.recall) == [0.5, 0, 0, 0])
    #expect(report.labels.map(\.f1) == [0.5, 0, 0, 0])
    #expect(abs(report.macroF1 - 0.5 / 3) < 1e-15)
  }

  @Test("An empty report is all zeros")
  func empty() {
    var report = report(["a", "b"], [(0, 1)])
    report.removeAll()
    #expect(report == ClassificationReport(labelNames: ["a", "b"]))
    #expect(report.accuracy == 0 && report.macroF1 == 0 && report.count == 0)
  }

  @Test("Counting does not allocate", .enabled(if: AllocationWindow.counts))
  func noAllocation() {
    var report = ClassificationReport(labelNames: ["a", "b"])
    let fewest = AllocationWindow.fewest {
      report.removeAll()
      for i in 0..<100 { report.add(expected: Int32(i & 1), predicted: 0) }
    }
    #expect(fewest == 0)
    #expect(report.accuracy == 0.5)
  }

  @Test("An id that is no label's is stopped")
  func outOfRange() async {
    await #expect(processExitsWith: .failure) {
      var report = ClassificationReport(labelNames: ["a", "b"])
      report.add(expected: 0, predicted: 2)
    }
  }
}
