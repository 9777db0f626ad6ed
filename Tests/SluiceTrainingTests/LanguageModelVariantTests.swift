import AllocationCounter
import Sluice
import Testing

@testable import SluiceTraining

@Suite("Language models of every kind: characters or a table, transformer, tied weights, clusters of words")
struct LanguageModelVariantTests {
  @Test("Training lowers the loss of a regular text", arguments: RegularText.allCases)
  func learns(variant: RegularText) throws {
    var trainer = try Trainer(variant.job(), engine: Engine(threads: 1))
    let before = trainer.measure()
    var (step, epoch) = (0, 0)
    while step < 300 {
      epoch += 1
      trainer.start(epoch: epoch)
      while step < 300, let report = trainer.step() {
        #expect(report.loss.isFinite)
        step += 1
      }
    }
    let after = trainer.measure()
    #expect(try #require(after).figures.loss < #require(before).figures.loss / 2)
  }

  @Test(
    "Steps have the same bits for 1, 2 and 3 threads",
    arguments: [RegularText.characters, .adaptiveTransformer, .tied])
  func sameBits(variant: RegularText) throws {
    let one = try losses(variant, threads: 1)
    #expect(one.count == 12)
    #expect(try losses(variant, threads: 2) == one)
    #expect(try losses(variant, threads: 3) == one)
  }

  private func losses(_ variant: RegularText, threads: Int) throws -> [UInt32] {
    var trainer = try Trainer(variant.job(dropout: 0.5), engine: Engine(threads: threads))
    var losses: [UInt32] = []
    while losses.count < 12 {
      trainer.start(epoch: 1)
      while losses.count < 12, let step = trainer.step() { losses.append(step.loss.bitPattern) }
    }
    return losses
  }

  @Test(
    "Steady steps and their lines of the log allocate nothing",
    .enabled(if: sluice_thread_allocation_count() >= 0), arguments: RegularText.allCases)
  func noAllocations(variant: RegularText) throws {
    try SteadySteps.expectNone(variant.job(dropout: 0.5), atLeast: 100)
  }
}
