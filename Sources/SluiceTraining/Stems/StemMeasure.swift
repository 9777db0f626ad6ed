import SluiceCore
import SluiceModels
import SluiceStorage

/// How good an encoder is on stems it never saw.
public struct StemMeasure: JobMeasure {
  /// How often a word of the same stem is found.
  public var recall: Recall
  /// How often the longest common prefix finds one.
  public var prefixBaseline: Recall?
  /// How often common character trigrams do.
  public var trigramBaseline: Recall?

  public func isBetter(than other: StemMeasure) -> Bool { recall.at1 > other.recall.at1 }

  public func write(to log: MetricsLog) {
    log.add("recall_at_1", recall.at1)
    log.add("recall_at_5", recall.at5)
  }

  public var text: String { "unseen: \(recall.text)" }
}

extension StemJob {
  public func writeSummary(best: StemMeasure?, test: StemMeasure?, to log: MetricsLog) {
    log.add("recall_at_1", best?.recall.at1 ?? 0)
    log.add("recall_at_5", best?.recall.at5 ?? 0)
    if let test {
      log.add("test_recall_at_1", test.recall.at1)
      log.add("test_recall_at_5", test.recall.at5)
    }
    if let baselines {
      log.add("prefix_recall_at_1", baselines.prefix.at1)
      log.add("trigram_recall_at_1", baselines.trigram.at1)
    }
  }

  public func resultText(best: StemMeasure) -> String { best.recall.text }

  public func conclusion(best: StemMeasure) -> String {
    guard let prefix = best.prefixBaseline, let trigram = best.trigramBaseline else { return "" }
    return "on stems never seen: \(best.recall.text) (longest common prefix \(percent(prefix.at1)), "
      + "character trigrams \(percent(trigram.at1)))"
  }
}
