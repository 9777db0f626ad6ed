import Sluice
import TestSupport
import Testing

@Suite("Batches of examples that have numbers")
struct ExampleBatchesTests {
  private static func batches(_ count: Int, size: Int, seed: UInt64?) -> ExampleBatches<[Int]> {
    ExampleBatches(of: count, size: size, shuffledBy: seed, into: []) { batch, places in batch = places }
  }

  /// The batches that are left of an epoch.
  private static func rest(_ batches: inout ExampleBatches<[Int]>) -> [[Int]] {
    var all: [[Int]] = []
    var batch = batches.makeBatch()
    while batches.next(into: &batch) { all.append(batch) }
    return all
  }

  @Test("Each epoch deals out every example once, in an order of its own, the last batch with what is left")
  func epochs() {
    var batches = Self.batches(10, size: 4, seed: 3)
    #expect(batches.count == 3)
    var orders: Set<[Int]> = []
    for epoch in 1...3 {
      batches.start(epoch: epoch)
      let dealt = Self.rest(&batches)
      #expect(dealt.map(\.count) == [4, 4, 2] && dealt.joined().sorted() == Array(0..<10))
      #expect(batches.epoch == epoch && batches.cursor == 10)
      orders.insert(Array(dealt.joined()))
    }
    #expect(orders.count == 3)
  }

  @Test("An epoch goes on from its number and its cursor as if it had not been left")
  func cursor() {
    var one = Self.batches(10, size: 3, seed: 3)
    one.start(epoch: 5)
    var batch = one.makeBatch()
    _ = one.next(into: &batch)
    var other = Self.batches(10, size: 3, seed: 3)
    other.start(epoch: 5, cursor: one.cursor)
    let rest = Self.rest(&one)
    #expect(rest.count == 3 && Self.rest(&other) == rest)
  }

  @Test("Without a seed the order is kept; of no examples there is no batch")
  func edges() {
    var kept = Self.batches(5, size: 2, seed: nil)
    kept.start(epoch: 2)
    #expect(Self.rest(&kept) == [[0, 1], [2, 3], [4]])
    var none = Self.batches(0, size: 2, seed: 1)
    #expect(none.count == 0 && Self.rest(&none).isEmpty)
  }
}

@Suite("A measure by its named figures")
struct NamedFiguresTests {
  private struct Measure: JobMeasure {
    var loss: Double
    var bleu: Double
    var namedFigures: KeyValuePairs<String, Double> { ["loss": loss, "bleu": bleu] }
    func isBetter(than other: Measure) -> Bool { bleu > other.bleu }
  }

  @Test(
    "Its text, the lines of its log, the figure that is not finite and the report's curves follow from them")
  func derived() throws {
    let measure = Measure(loss: 0.5, bleu: 31.25)
    #expect(measure.text == "validation loss 0.5000  bleu 31.2500" && measure.nonFinite == nil)
    #expect(Measure(loss: 1, bleu: .nan).nonFinite == "bleu")
    #expect(LossMeasure(loss: 1).isBetter(than: LossMeasure(loss: 2)))
    #expect(LossMeasure(loss: .infinity).nonFinite == "loss")

    let temporary = try TemporaryRun()
    let log = try MetricsLog(path: temporary.path("metrics.jsonl"))
    for step in 1...2 {
      log.begin("step")
      log.add("step", step)
      log.add("loss", Float(1))
      try log.end()
      log.begin("epoch")
      log.add("step", step)
      measure.write(to: log)
      try log.end()
    }
    try log.flush()
    let epoch = try MetricsReader.lines(of: temporary.path("metrics.jsonl")).last
    #expect(epoch?.double("validation_loss") == 0.5 && epoch?.double("validation_bleu") == 31.25)
    let page = try RunReport(ofRuns: [temporary.folder]).html
    let hasCurve = page.contains("<figcaption>validation bleu</figcaption>")
    #expect(hasCurve)
  }
}
