import SluiceCore
import SluiceStorage

/// The HTML page about a tuning: nothing outside itself, no scripts, light and dark.
struct TuningPage {
  let record: TuningRecord

  var html: String {
    let title = "Tuning report: \(record.job)"
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      \(RunDirectory.reportMark)
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
      <title>\(escaped(title))</title><style>\(ReportStyle.sheet)</style></head>
      <body><main><h1>\(escaped(title))</h1>\(summary)\(curves)\(table)\(influence)</main></body></html>

      """
  }

  // MARK: Summary

  private var summary: String {
    var lines: [String] = []
    let data = record.data.isEmpty ? "the embedded data" : record.data.joined(separator: ", ")
    lines.append("Data: \(data). Trials are compared by \(record.metric) on the part to validate on.")
    if let limit = record.sizeLimit {
      lines.append("The model's file may have at most \(grouped(limit)) bytes.")
    }
    if let kept = record.kept {
      let seed = kept.repetition == 0 ? "" : " with seed \(kept.result.seed)"
      lines.append(
        "Kept: trial \(kept.trial)\(seed), epoch \(kept.result.bestEpoch) of \(kept.result.epochs): "
          + "\(record.metric) \(figure(kept.result.figure)) (\(kept.result.text)), \(grouped(kept.result.bytes)) bytes."
      )
    }
    if let spread = record.spread {
      lines.append(
        "Trial \(spread.trial) over \(spread.count) seeds: \(record.metric) \(figure(spread.mean)) ± "
          + "\(figure(spread.deviation)) (mean and standard deviation).")
    }
    if let first = record.trials.first?.results.last {
      lines.append("The default, trial 0: \(record.metric) \(figure(first.figure)).")
    }
    lines.append(
      "\(grouped(record.trials.count)) trials in \(clock(record.seconds)), of which "
        + "\(grouped(record.trials.count { $0.results.count == record.rungs.count })) came to the end; version "
        + "\(record.sluice), \(record.instructionSet) kernels.")
    lines.append(
      record.isComplete
        ? "The same again, to the bit: the same command with \(repeating) in place of --minutes."
        : "It has not come to its end. What there is comes again, to the bit, by the same command with \(repeating) in place of --minutes."
    )
    var text = lines.map { "<p>\(escaped($0))</p>" }.joined()
    if let kept = record.kept, !kept.command.isEmpty {
      text +=
        "<p>The same model by itself, to the bit\(isWhole(kept) ? "" : " where its best epoch was among those that were made")"
        + ":</p><p><code>\(escaped(kept.command))</code></p>"
    }
    return text
  }

  /// Whether the kept training came to its end.
  private func isWhole(_ kept: TuningRecord.Kept) -> Bool {
    kept.repetition > 0
      || record.trials.indices.contains(kept.trial)
        && record.trials[kept.trial].results.count == record.rungs.count
  }

  private var repeating: String {
    let rounds = record.isComplete ? "" : " --rounds \(record.rounds)"
    return "--trials \(record.trials.count)\(rounds) --seed \(record.seed)"
  }

  private func figure(_ value: Double) -> String { record.isLowerBetter ? fixed(value, 3) : fixed(value, 4) }

  // MARK: Pictures

  /// The best so far, trial by trial, and what each of them reached.
  private var curves: String {
    var best: Double?
    var (so, each): ([(x: Double, y: Double)], [(x: Double, y: Double)]) = ([], [])
    for trial in record.trials {
      guard let last = trial.results.last?.figure else { continue }
      each.append((Double(trial.number), last))
      best = best.map { record.isLowerBetter ? min($0, last) : max($0, last) } ?? last
      so.append((Double(trial.number), best ?? last))
    }
    guard !so.isEmpty else { return "" }
    let progress = CurvePicture(
      title: "\(record.metric) by trial",
      curves: [
        Curve(name: "best so far", points: so), Curve(name: "each trial", points: each, color: 1, dash: 2),
      ], horizontal: "trial")
    let ranking = ranking.prefix(ReportStyle.colors)
    let rungs = CurvePicture(
      title: "the best trials rung by rung",
      curves: ranking.enumerated().map { place, trial in
        Curve(
          name: "trial \(trial.number)",
          points: zip(record.rungs, trial.results).map { (100 * $0, $1.figure) }, color: place, dash: place)
      }, horizontal: "% of the epochs")
    return "<div class=\"grid\">"
      + [progress, rungs].map { "<figure><figcaption>\(escaped($0.title))</figcaption>\($0.svg)</figure>" }
      .joined()
      + "</div>"
  }

  // MARK: Tables

  /// The trials, those that came farthest first and of those the best.
  private var ranking: [TuningRecord.Trial] {
    record.trials.sorted { a, b in
      guard a.results.count == b.results.count else { return a.results.count > b.results.count }
      guard let x = a.results.last?.figure, let y = b.results.last?.figure, x != y else {
        return a.number < b.number
      }
      return record.isLowerBetter ? x < y : x > y
    }
  }

  private var table: String {
    let usual = record.trials.first?.values ?? []
    let heads =
      record.dimensions.map { "<td>\(escaped($0))</td>" }
      + record.rungs.map { "<td>\(escaped(record.metric)) at \(fixed(100 * $0, 0)) %</td>" }
    let rows = ranking.map { trial -> String in
      var cells = zip(trial.values, usual).map { value, usual in
        value.hasSameCodePoints(as: usual)
          ? "<td>\(escaped(value))</td>" : "<td class=\"best\">\(escaped(value))</td>"
      }
      for rung in record.rungs.indices {
        cells.append(
          "<td>\(rung < trial.results.count ? figure(trial.results[rung].figure) : "–")</td>")
      }
      let all = trial.results + trial.repetitions
      cells.append("<td>\(trial.results.last.map { grouped($0.bytes) } ?? "–")</td>")
      cells.append("<td>\(fixed(all.reduce(0) { $0 + $1.seconds }, 1))</td>")
      cells.append("<td class=\"text\">\(escaped(remark(on: trial)))</td>")
      return "<tr><th>\(trial.number)</th>\(cells.joined())</tr>"
    }
    return "<h2>All trials</h2><p class=\"quiet\">What differs from the default is bold.</p>"
      + "<div class=\"scroll\"><table><thead><tr><th>trial</th>\(heads.joined())<td>bytes</td><td>seconds</td><td></td></tr></thead>"
      + "<tbody>\(rows.joined())</tbody></table></div>"
  }

  private func remark(on trial: TuningRecord.Trial) -> String {
    var remarks: [String] = []
    if trial.number == 0 { remarks.append("the default") }
    if record.kept?.trial == trial.number { remarks.append("kept") }
    for result in trial.repetitions { remarks.append("seed \(result.seed): \(figure(result.figure))") }
    if let failure = trial.failure { remarks.append("failed: \(failure)") }
    return remarks.joined(separator: "; ")
  }

  /// The mean figure at the first rung by what a trial has of each dimension: what matters on these data.
  private var influence: String {
    var rows = ""
    for (place, name) in record.dimensions.enumerated() {
      var sums: [CodePoints: (sum: Double, count: Int)] = [:]
      for trial in record.trials where place < trial.values.count {
        guard let figure = trial.results.first?.figure else { continue }
        let key = CodePoints(trial.values[place])
        let before = sums[key] ?? (0, 0)
        sums[key] = (before.sum + figure, before.count + 1)
      }
      let means = sums.map {
        (key: $0.key, mean: $0.value.sum / Double($0.value.count), count: $0.value.count)
      }
      .sorted { $0.mean == $1.mean ? $0.key < $1.key : ($0.mean > $1.mean) != record.isLowerBetter }
      let text = means.map { "\($0.key.text): \(figure($0.mean)) (\($0.count))" }.joined(separator: "   ")
      rows += "<tr><th>\(escaped(name))</th><td class=\"text\">\(escaped(text))</td></tr>"
    }
    guard !rows.isEmpty else { return "" }
    return "<h2>What made a difference</h2>"
      + "<p class=\"quiet\">The mean \(escaped(record.metric)) at the first rung by value, and the trials with it.</p>"
      + "<div class=\"scroll\"><table><tbody>\(rows)</tbody></table></div>"
  }
}
