// The bench of faults: small trainings with something wrong, and healthy ones, and what the diagnosis says of them.

import Foundation

func fail(_ message: String, status: Int32) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(status)
}

do {
  let options = try Options(Array(CommandLine.arguments.dropFirst()))
  if options.faults.isEmpty && options.healthy.isEmpty {
    fail("fault-bench: nothing has '\(options.filter)' in its name", status: 64)
  }
  try options.run()
} catch let misuse as Options.Misuse {
  if misuse.message.isEmpty {
    print(Options.usage)
  } else {
    fail("fault-bench: \(misuse.message)\n\n\(Options.usage)", status: 64)
  }
} catch {
  fail("fault-bench: \(error)", status: 1)
}

extension Options {
  func run() throws {
    if lists { return list() }
    if !faults.isEmpty { try runTheFaults() }
    if !healthy.isEmpty { try runTheHealthy() }
  }

  private func list() {
    for fault in faults {
      print(
        "\(fault.kind.half)  \(fault.kind.topic)  \(fault.name): \(fault.words.sorted().joined(separator: " or "))"
          + (fault.places.isEmpty ? "" : " at \(fault.places.joined(separator: ", "))")
          + ", visible at step \(fault.visible); mended by \(fault.mend)")
    }
    for one in healthy { print("healthy  \(one.name)") }
    print(
      "\(faults.count) faults of \(Set(faults.map(\.kind)).count) kinds, \(healthy.count) healthy trainings")
  }

  private func runTheFaults() throws {
    let results = try Bench.run(faults: faults, seeds: seeds, from: firstSeed)
    if checksHarm {
      for result in results { print(result.harmLine) }
      return
    }
    let ranked = results.indices.sorted { (results[$0].rank, $0) < (results[$1].rank, $1) }.map {
      results[$0]
    }
    if printsTable {
      for line in faultTable(results) { print(line) }
    } else {
      for result in ranked { for line in result.lines(verbose: isVerbose) { print(line) } }
    }
    print(
      "\nFaults: \(faults.count) of \(Set(faults.map(\.kind)).count) kinds, halves "
        + "\(halves.map(\.rawValue).joined(separator: " and ")), \(seeds) seeds")
    let totals = FaultTotals(results)
    for line in totals.lines { print("  " + line) }
    for line in FaultTotals.linesOfHeld(results) { print("  " + line) }
    for name in totals.harmless { print("  does no harm: \(name)") }
    for name in totals.unhealthyTwins { print("  learns badly without the fault: \(name)") }
    if repairs { try runTheRepairs(results) }
  }

  private func runTheRepairs(_ results: [FaultResult]) throws {
    let repairs = try Repair.all(of: results)
    print("\nRemedies of first findings, followed to the letter")
    for repair in repairs.filter({ !$0.heals }) + repairs.filter(\.heals) { print("  " + repair.line) }
    let healed = repairs.count { $0.heals }
    print(
      "  \(healed) of \(repairs.count) heal, "
        + "\(percent(Double(healed) / Double(max(repairs.count, 1))).trimmingCharacters(in: .whitespaces)); "
        + "\(results.count - repairs.count) runs have a first finding without a number, or none")
  }

  private func runTheHealthy() throws {
    let results = try Bench.run(healthy: healthy, seeds: seeds, from: firstSeed)
    if checksHarm {
      for result in results { print(result.learningLine) }
      return
    }
    print("\nHealthy trainings: \(healthy.count), \(seeds) seeds")
    for result in results { for line in result.lines { print("  " + line) } }
    let accused = results.count { !$0.alarms.isEmpty }
    print(
      "  runs with an alarm  \(accused) of \(results.count), "
        + percent(Double(accused) / Double(results.count)).trimmingCharacters(in: .whitespaces))
    var notes: [String: Int] = [:]
    for name in results.flatMap({ Set($0.notes.map(\.name)) }) { notes[name, default: 0] += 1 }
    print(
      "  runs with a note     \(results.count { !$0.notes.isEmpty }): "
        + notes.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
    print("  that learn badly    \(results.count { !$0.learnsWell })")
  }
}
