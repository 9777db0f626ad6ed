import Sluice
import Testing

@testable import fault_bench

/// A reduced form of the bench of faults: one seed, two models. `fault-bench` runs all of it.
@Suite("The bench of faults, reduced")
struct FaultBenchTests {
  /// What the rules were tuned to reach on these, rounded down: less is a step back.
  private static let leastRecall = 0.85
  private static let leastFirst = 0.8

  @Test("The cause is named, and named first, of faults of the perceptron and of recurrent classifiers")
  func faults() throws {
    // Every tenth of them, for a test that takes seconds without optimization too.
    let faults = Fault.all.filter {
      $0.kind.half == .tune && ($0.model == .perceptron || $0.model == .characters)
    }.enumerated().filter { $0.offset % 10 == 0 }.map(\.element)
    let results = try Bench.run(faults: faults, seeds: 1)
    let totals = FaultTotals(results)
    let misses = results.filter { $0.rank < 2 }.flatMap { $0.lines(verbose: false) }.joined(separator: "\n")
    #expect(totals.recall >= Self.leastRecall, "\(totals.lines.joined(separator: "\n"))\n\(misses)")
    #expect(totals.firstIsCause >= Self.leastFirst, "\(totals.lines.joined(separator: "\n"))\n\(misses)")
  }

  @Test("No alarm in healthy trainings of every model")
  func healthy() throws {
    let names = [
      "perceptron: as it is", "perceptron: twelve deep, normalized", "perceptron: batch of one",
      "perceptron: gradients of four batches", "perceptron: warm-up and cosine", "perceptron: resumed",
      "regression: Gaussian likelihood", "regression: SMORMS3", "regression: Huber", "characters: as it is",
      "characters: embedding frozen on purpose", "characters: half of the labels left out", "words: as it is",
      "attention: as it is", "stems: margin 0.1, most losses zero",
    ]
    let chosen = Healthy.all.filter { names.contains($0.name) }
    #expect(chosen.count == names.count)
    for result in try Bench.run(healthy: chosen, seeds: 1) {
      #expect(result.learnsWell, "\(result.healthy.name)")
      #expect(result.alarms.map(\.description) == [], "\(result.healthy.name)")
    }
  }

  @Test("Every expected word is one that the diagnosis has")
  func words() {
    for fault in Fault.all {
      for word in fault.words.union(fault.also) {
        #expect(Ailment(rawValue: word) != nil, "\(fault.name): \(word)")
      }
      #expect(!fault.words.isEmpty && fault.words.isDisjoint(with: fault.also), "\(fault.name)")
    }
  }

  @Test(
    "There are faults enough, each with a name of its own, in both halves of each topic, and no kind in both")
  func halves() {
    let names = Fault.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.count >= 80 && Set(Fault.all.map(\.kind)).count >= 40)
    #expect(Set(Fault.all.map(\.model)).count >= 5 && Healthy.all.count >= 100)
    #expect(Set(Healthy.all.map(\.name)).count == Healthy.all.count)
    for topic in Topic.allCases {
      let counts = Half.allCases.map { half in
        Fault.all.count { $0.kind.topic == topic && $0.kind.half == half }
      }
      #expect((counts.min() ?? 0) >= 5, "\(topic.rawValue): \(counts)")
    }
    let kinds = Half.allCases.map { half in
      Set(Fault.all.filter { $0.kind.half == half }.map(\.kind.name))
    }
    #expect(kinds[0].isDisjoint(with: kinds[1]))
  }

  @Test("The same training says the same")
  func deterministic() throws {
    let fault = try #require(Fault.all.first { $0.name == "perceptron: rate × 1,000" })
    let first = try train(fault.faultySetup(seed: 2))
    let second = try train(fault.faultySetup(seed: 2))
    #expect(
      first.findings == second.findings && first.losses.map(\.bitPattern) == second.losses.map(\.bitPattern))
  }

  @Test("A fault that does no harm is told from one that does")
  func harm() throws {
    let kind = Kind("nothing", .data, .tune)
    let harmless = Fault(
      kind: kind, model: .perceptron, change: { $0.data.inputFactor = 1.1 }, words: ["unscaled input"],
      mend: "nothing")
    let harmful = Fault(
      kind: kind, model: .perceptron, change: { $0.data.hasShuffledLabels = true }, words: ["loss flat"],
      mend: "labels of their examples")
    let results = try Bench.run(faults: [harmless, harmful], seeds: 1)
    #expect(results.map(\.doesHarm) == [false, true] && results.allSatisfy(\.isTwinHealthy))
  }

  @Test("A remedy followed to the letter mends what it names")
  func remedy() throws {
    let fault = try #require(
      Fault.all.first { $0.name == "regression: targets far from unit scale, × 1,000" })
    let results = try Bench.run(faults: [fault], seeds: 1)
    let repair = try #require(try Repair.all(of: results).first)
    #expect(repair.remedy == .scaleTargets && repair.heals && results[0].learned < 0.9)
  }

  @Test(
    "Wrong usage is told", arguments: [["--half", "other"], ["--seeds", "0"], ["--seeds"], ["--nothing"]])
  func usage(arguments: [String]) {
    #expect(throws: Options.Misuse.self) { try Options(arguments) }
  }
}
