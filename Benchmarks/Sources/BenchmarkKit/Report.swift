/// The table for people and the document for programs.
struct Report {
  let processor: String
  let instructionSet: String
  let threads: Int
  let peaks: Peaks?

  // MARK: Table

  var heading: String {
    var text = "\(processor), \(instructionSet) kernels, \(threads) thread\(threads == 1 ? "" : "s")"
    if let peaks {
      text += "\npeaks: \(figure(peaks.flopsOfOne / 1e9)) GFLOP/s one thread, "
      text += "\(figure(peaks.flops / 1e9)) GFLOP/s all, memory \(figure(peaks.bandwidth / 1e9)) GB/s"
    }
    return text
  }

  func columnHeads(nameWidth: Int) -> String {
    row(["median", "min", "p10–p90", "rate", "of peak", "allocations"], name: "benchmark", nameWidth)
  }

  func line(_ result: Measurement, nameWidth: Int) -> String {
    let share = share(of: result).map { figure($0 * 100) + " %" } ?? "–"
    let spread = time(result.spread.low) + "–" + time(result.spread.high)
    let cells = [
      time(result.median), time(result.minimum), spread, rate(of: result), share,
      result.allocationsPerStep.map(figure) ?? "–",
    ]
    return row(cells, name: result.name, nameWidth)
  }

  private func row(_ cells: [String], name: String, _ nameWidth: Int) -> String {
    let widths = [9, 9, 18, 18, 8, 11]
    return padded(name, nameWidth)
      + zip(cells, widths).map { "  " + String(repeating: " ", count: max(0, $1 - $0.count)) + $0 }.joined()
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func rate(of result: Measurement) -> String {
    let work = result.work
    if work.flops > 0 && work.items == 0 { return figure(work.flops / result.median / 1e9) + " GFLOP/s" }
    if work.bytes > 0 && work.items == 0 { return figure(work.bytes / result.median / 1e9) + " GB/s" }
    return work.items > 0 ? figure(work.items / result.median) + " \(work.itemName)/s" : "–"
  }

  /// The share of the peak that the work is bound by, 0 to 1.
  func share(of result: Measurement) -> Double? {
    guard let peaks else { return nil }
    if result.work.flops > 0 { return result.work.flops / result.median / peaks.flops }
    if result.work.bytes > 0 { return result.work.bytes / result.median / peaks.bandwidth }
    return nil
  }

  // MARK: JSON

  func document(_ results: [Measurement], peakMemory: Int?) -> JSON {
    .object([
      ("side", .text("sluice")), ("processor", .text(processor)),
      ("instructionSet", .text(instructionSet)), ("threads", .number(threads)),
      ("peaks", peaks.map(json) ?? .null),
      ("peakMemoryBytes", peakMemory.map { .number($0) } ?? .null),
      ("results", .list(results.map(json))),
    ])
  }

  private func json(_ peaks: Peaks) -> JSON {
    .object([
      ("flopsPerSecondOneThread", .number(peaks.flopsOfOne)), ("flopsPerSecond", .number(peaks.flops)),
      ("bytesPerSecond", .number(peaks.bandwidth)),
    ])
  }

  private func json(_ result: Measurement) -> JSON {
    func perSecond(_ amount: Double) -> JSON { amount > 0 ? .number(amount / result.median) : .null }
    return .object([
      ("name", .text(result.name)), ("variant", .text("")), ("samples", .number(result.samples)),
      ("repetitions", .number(result.repetitions)), ("medianSeconds", .number(result.median)),
      ("minimumSeconds", .number(result.minimum)), ("p10Seconds", .number(result.spread.low)),
      ("p90Seconds", .number(result.spread.high)), ("flopsPerSecond", perSecond(result.work.flops)),
      ("bytesPerSecond", perSecond(result.work.bytes)), ("itemsPerSecond", perSecond(result.work.items)),
      ("itemName", .text(result.work.itemName)), ("shareOfPeak", .optional(share(of: result))),
      ("allocationsPerStep", .optional(result.allocationsPerStep)),
    ])
  }
}

/// A time with its unit, three digits.
func time(_ seconds: Double) -> String {
  switch seconds {
  case ..<1e-6: figure(seconds * 1e9) + " ns"
  case ..<1e-3: figure(seconds * 1e6) + " µs"
  case ..<1: figure(seconds * 1e3) + " ms"
  default: figure(seconds) + " s"
  }
}

/// A number with three digits, or all of those before the point.
func figure(_ value: Double) -> String {
  guard value.isFinite else { return value.description }
  let decimals = abs(value) >= 99.95 ? 0 : abs(value) >= 9.995 ? 1 : 2
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let scaled = (abs(value) * scale).rounded()
  guard scaled < 9e15 else { return value.description }
  let whole = Int(scaled / scale)
  let sign = value < 0 && scaled > 0 ? "-" : ""
  guard decimals > 0 else { return sign + "\(whole)" }
  let fraction = String(Int(scaled) - whole * Int(scale))
  return sign + "\(whole)." + String(repeating: "0", count: decimals - fraction.count) + fraction
}
