import SluiceCore
import SluiceModels
import SluiceProcesses
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
  public func measure(
    _ model: Model, _ parameters: borrowing Parameters, _ tape: inout Tape, while goesOn: () -> Bool
  ) -> StemMeasure? {
    measure(model, parameters, &tape, sharing: SharedWork(), while: goesOn)
  }

  /// Each process finds the vectors of some words, and then the nearest of some.
  public func measure(
    _ model: Model, _ parameters: borrowing Parameters, _ tape: inout Tape, sharing work: SharedWork,
    while goesOn: () -> Bool
  ) -> StemMeasure? {
    let words = validation.words
    let size = WordVectors.usualBatch
    let blocks = (words.count + size - 1) / size
    let own = work.own(of: blocks)
    let (first, last) = (min(own.lowerBound * size, words.count), min(own.upperBound * size, words.count))
    let none = WordVectors(width: model.encoder.width, rows: [])
    guard
      let some = first == last
        ? none
        : WordVectors(
          Array(words[first..<last]), model.encoder, alphabet, parameters, batch: size, while: goesOn)
    else { return nil }
    var rows = Array(repeating: Float(0), count: blocks * size * some.width)
    for i in 0..<some.rows.count { rows[first * some.width + i] = some.rows[i] }
    guard work.gather(&rows, width: size * some.width) else { return nil }
    rows.removeLast(rows.count - words.count * some.width)
    let vectors = WordVectors(width: some.width, rows: rows)
    let runs = (words.count + vectors.searchBlock - 1) / vectors.searchBlock
    let searched = work.own(of: runs)
    let start = min(searched.lowerBound * vectors.searchBlock, words.count)
    let queries = start..<min(searched.upperBound * vectors.searchBlock, words.count)
    guard
      let counts = vectors.found(validation, parameters.engine, queries: queries, while: goesOn)
    else { return nil }
    // Each process counts for itself, whatever it has searched.
    var all = work.perProcess(FoundWords())
    all[work.rank] = counts
    guard work.gather(&all) else { return nil }
    return StemMeasure(
      recall: Recall(all.reduce(into: FoundWords()) { $0.add($1) }), prefixBaseline: baselines?.prefix,
      trigramBaseline: baselines?.trigram)
  }

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
