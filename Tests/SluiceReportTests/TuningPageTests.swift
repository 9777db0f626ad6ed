import Sluice
import Testing

@testable import SluiceReport

@Suite("The page of a tuning")
struct TuningPageTests {
  private static func result(_ figure: Double, epochs: Int, seed: UInt64 = 1) -> TuningRecord.Result {
    .init(
      seed: seed, epochs: epochs, bestEpoch: epochs, figure: figure, loss: 0.5, text: "validation loss 0.5",
      bytes: 12_345, seconds: 1.5)
  }

  private static func record() -> TuningRecord {
    var record = TuningRecord(
      job: "classifier", data: ["<data>.tsv"], dataFingerprint: nil, instructionSet: "avx2", seed: 4,
      metric: "f1:<b>spam</b>", isLowerBetter: false, sizeLimit: 200_000, precision: nil,
      asked: .init(minutes: 5),
      dimensions: ["cell", "units"], rungs: [0.1, 0.5, 1])
    record.trials = [
      .init(number: 0, values: ["gru", "128"], command: "sluice train classifier --seed 4"),
      .init(number: 1, values: ["gru", "64"], command: "sluice train classifier --units 64 --seed 4"),
      .init(number: 2, values: ["lstm", "64"], command: ""),
    ]
    record.trials[0].results = [result(0.7, epochs: 1), result(0.75, epochs: 5), result(0.8, epochs: 10)]
    record.trials[1].results = [result(0.72, epochs: 1), result(0.8, epochs: 5), result(0.9, epochs: 10)]
    record.trials[1].repetitions = [result(0.88, epochs: 10, seed: 5), result(0.92, epochs: 10, seed: 6)]
    record.trials[2].failure = "the loss is not a finite number at step 3"
    record.kept = .init(trial: 1, repetition: 2, result: result(0.92, epochs: 10, seed: 6))
    record.spread = .init(trial: 1, figures: [0.9, 0.88, 0.92])
    record.isComplete = true
    return record
  }

  @Test("It says what is kept, the spread, the default and how to repeat it, and refers to nothing outside")
  func contents() {
    let page = TuningPage(record: Self.record()).html
    #expect(page.contains("trial 1 with seed 6") && page.contains("12,345 bytes"))
    #expect(page.contains("0.9000 ± 0.0200"))
    #expect(page.contains("The default, trial 0") && page.contains("0.8000"))
    #expect(page.contains("--trials 3 --seed 4"))
    #expect(page.contains("failed: the loss is not a finite number at step 3"))
    #expect(page.contains("at most 200,000 bytes"))
    #expect(!page.contains("<script") && !page.contains("src=") && !page.contains("http"))
  }

  @Test("Names out of data do no harm")
  func hostile() {
    let page = TuningPage(record: Self.record()).html
    #expect(!page.contains("<b>spam") && !page.contains("<data>"))
    #expect(page.contains("&lt;b&gt;spam"))
  }

  @Test("Trials stand by how far they came and how good they are, what differs from the default in bold")
  func table() throws {
    let page = TuningPage(record: Self.record()).html
    let rows = page.split(separator: "<tr><th>").map(String.init)
    let numbers = rows.compactMap { row in ["0", "1", "2"].first { row.hasPrefix("\($0)</th>") } }
    #expect(numbers == ["1", "0", "2"])
    #expect(page.contains("<td class=\"best\">64</td>") && !page.contains("<td class=\"best\">128</td>"))
  }

  @Test("A tuning that has not ended says how to have what there is again")
  func unfinished() {
    var record = Self.record()
    (record.isComplete, record.rounds, record.spread) = (false, 3, nil)
    #expect(TuningPage(record: record).html.contains("--trials 3 --rounds 3 --seed 4"))
    record.trials = []
    record.kept = nil
    #expect(TuningPage(record: record).html.contains("<h1>"))
  }
}
