import Sluice
import Testing

@testable import SluiceTraining

@Suite("Checking a job")
struct CheckTests {
  @Test("The bias to set is that of the class frequencies, and the loss with it is measured")
  func frequencies() throws {
    var settings = ClassifierJobSettings()
    (settings.model.embeddingWidth, settings.model.units, settings.embeddedExamples) = (8, 16, 400)
    settings.optimizer.learningRate = 0.01
    let job = try ClassifierJob(settings: settings)
    let lines = try job.check(engine: Engine(threads: 1)).lines
    let line = try #require(lines.first { $0.name == "class frequencies" })
    let bias = try #require(line.series.first).values
    let total = Float(job.labelCounts.reduce(0, +))
    #expect(bias.count == job.labelCounts.count)
    for (value, count) in zip(bias, job.labelCounts) {
      #expect(abs(value - logarithm(of: count) + logarithm(of: Int(total))) < 1e-5)
    }
    #expect(line.detail.contains("output.bias"))
    let dynamics = try #require(lines.first { $0.name == "predictions of a fixed batch" })
    #expect(dynamics.series.count > 3 && dynamics.series[0].values.count == ClassifierJob.tinyBatchSize)
  }

  @Test("What a variant asks for is changed, and what hides faults is taken away", arguments: [1, 2])
  func variants(factor: Int) throws {
    var variant = RecipeVariant()
    (variant.unitsFactor, variant.hasDropout) = (factor, false)
    variant.rateFactor = Float(factor)
    var settings = ClassifierJobSettings()
    (settings.embeddedExamples, settings.softNearestNeighbor) = (100, 0.5)
    let varied = try ClassifierJob(settings: settings).varied(variant).settings
    #expect(varied.model.units == 128 * factor && varied.optimizer.learningRate == 0.004 * Float(factor))
    #expect(varied.model.dropout == 0 && varied.model.recurrentDropout == 0)
    #expect(varied.model.unknownShare == nil && varied.softNearestNeighbor == nil)
    #expect(varied.optimizer.schedule == .constant)
  }
}
