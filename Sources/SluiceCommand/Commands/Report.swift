import Sluice

/// `sluice report`: one page about a run, or about two.
enum Report {
  static let runs: Positional<[String]> = Positional(
    repeated: "run", .path, atLeastOne: true, help: "The folder of a run; of a second to compare with.")
  static let out: Option<String?> = Option(
    "out", .path, help: "The file to write. Without it `report.html` in the folder of the run.")

  static let command = Command(
    "report", abstract: "Make one self-contained page about a training, or two compared.",
    discussion: """
      The page is made from `metrics.jsonl` alone and refers to nothing outside itself: it opens offline in any browser. \
      A history that is too long is thinned, and the page says so.
      """, takes: [runs, out]
  ) { arguments in
    let folders = arguments[runs]
    guard folders.count <= 2 else {
      throw UsageError(
        "a report shows one run or compares two, not \(folders.count): give one or two folders")
    }
    let path = arguments[out] ?? folders[0] + "/report.html"
    try RunDirectory.refuseWriting(
      to: path, inputs: folders.map { RunDirectory.currentMetrics(in: $0) }, allowing: ["report.html"])
    try RunReport(ofRuns: folders).write(to: path)
    Terminal.standardOutput.writeLine("The report is in \(ScreenText.path(path)).")
  }
}
