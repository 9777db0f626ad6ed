import Sluice

/// Runs the benchmarks that the command line asks for, and prints a line for each.
///
/// - Returns: the exit code: 0, 64 for a wrong command line, 1 for a benchmark or a file that failed.
public func run(_ benchmarks: [Benchmark], arguments: [String]) -> Int32 {
  let options: Options
  do { options = try Options(arguments) } catch {
    Machine.printError("sluice-benchmarks: \(error.message)")
    return 64
  }
  if options.isHelp {
    print(Options.help)
    return 0
  }
  if let count = options.guideTexts {
    let guide = ProgramGuide(seed: ClassifierJobSettings().seed)
    for i in 0..<count {
      let (label, text) = guide.example(i)
      print("\(label)\t\(text)")
    }
    return 0
  }
  if let problem = KernelTable.selectionProblem {
    Machine.printError("sluice-benchmarks: \(problem)")
    return 64
  }
  let names = Set(benchmarks.map(\.name))
  let chosen = benchmarks.filter { benchmark in
    options.filters.isEmpty
      || options.filters.contains { filter in
        // A whole name chooses that benchmark alone, though it may be a part of another's.
        names.contains(filter) ? benchmark.name == filter : benchmark.name.contains(filter)
      }
  }
  if options.isList {
    for benchmark in chosen { print(benchmark.name) }
    return 0
  }
  guard !chosen.isEmpty else {
    Machine.printError("sluice-benchmarks: no benchmark has a name that contains what --filter says.")
    return 64
  }

  let engine = Engine(threads: options.threads)
  let report = Report(
    processor: Machine.processor, instructionSet: engine.kernels.instructionSet.rawValue,
    threads: options.threads,
    peaks: options.measuresPeaks && !options.isQuick ? Peaks(engine: engine) : nil)
  let nameWidth = chosen.map(\.name.count).max() ?? 0
  Machine.printLine(report.heading)
  Machine.printLine(report.columnHeads(nameWidth: nameWidth))
  var results: [Measurement] = []
  for benchmark in chosen {
    do {
      let result = try benchmark.measured(on: engine, effort: options.effort)
      Machine.printLine(report.line(result, nameWidth: nameWidth))
      results.append(result)
    } catch {
      Machine.printError("sluice-benchmarks: \(benchmark.name): \(error)")
      return 1
    }
  }
  let memory = Machine.peakMemory
  if let memory { print("peak memory \(figure(Double(memory) / 1_048_576)) MiB") }
  if let path = options.jsonPath {
    guard Machine.save(report.document(results, peakMemory: memory).text() + "\n", to: path) else {
      Machine.printError("sluice-benchmarks: cannot write '\(path)'.")
      return 1
    }
  }
  return 0
}
