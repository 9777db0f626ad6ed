import Sluice

/// `sluice report`: one page about a run, or about several.
enum Report {
  static let runs: Positional<[String]> = Positional(
    repeated: "run", .folder, atLeastOne: true, help: "The folder of a run; of others to compare with.")
  static let out: Option<String?> = Option(
    "out", .path,
    help:
      "The file to write. Without it `report.html` in the folder of the first run. All figures go beside it, as JSON."
  )

  static let command = Command(
    "report", abstract: "Make one self-contained page about a training, or several compared.",
    discussion: """
      The page is made from what the folder of the run holds and refers to nothing outside itself: it opens offline in any \
      browser. Of a text classifier it shows the examples that are most wrong and least sure, as they were given. A history \
      that is too long is thinned, and the page says so.
      """, takes: [runs, out]
  ) { arguments in
    let folders = arguments[runs]
    guard folders.count <= RunReport.runLimit else {
      throw UsageError(
        "a report compares at most \(RunReport.runLimit) runs, not \(folders.count): give fewer folders")
    }
    let path = arguments[out] ?? folders[0] + "/report.html"
    let figures = RunReport.figuresPath(ofPage: path)
    let logs = folders.map { RunDirectory.currentMetrics(in: $0) }
    for (file, own) in [(path, "report.html"), (figures, "report.json")] {
      try RunDirectory.refuseWriting(to: file, inputs: logs, allowing: [own])
    }
    try RunReport(ofRuns: folders).write(to: path)
    Terminal.standardOutput.writeLine(
      "The report is in \(ScreenText.path(path)), its figures are in \(ScreenText.path(figures)).")
  }
}
