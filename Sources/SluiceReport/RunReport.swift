import SluiceCore
import SluiceStorage

/// One self-contained page about a training, or several compared: made from the folders of the runs, without anything from outside
/// itself. Beside it stand all its figures as JSON.
///
/// ```swift
/// try RunReport(ofRuns: ["runs/sms"]).write(to: "sms.html")
/// ```
public struct RunReport: Sendable {
  /// The most runs that a page can compare: each has a color of its own.
  public static let runLimit = ReportStyle.colors

  private let histories: [RunHistory]

  /// Reads one run, or several to compare.
  ///
  /// - Throws: `StorageError` for a folder without a log of a training, or one that is damaged before its last line.
  /// - Precondition: there are at most `runLimit` folders, and at least one.
  public init(ofRuns folders: [String]) throws(StorageError) {
    require(
      (1...Self.runLimit).contains(folders.count),
      "A report shows from 1 to \(Self.runLimit) runs and was given \(folders.count).")
    var histories: [RunHistory] = []
    for folder in folders { histories.append(try RunHistory(readingRun: folder)) }
    self.histories = histories
  }

  /// The page.
  public var html: String { ReportPage(runs: histories).html }

  /// Where the figures of the page at `path` stand: `report.json` beside `report.html`.
  public static func figuresPath(ofPage path: String) -> String {
    (path.hasSuffix(".html") ? String(path.dropLast(5)) : path) + ".json"
  }

  /// Writes the page as the file at `path` and its figures beside it, each whole or not at all.
  ///
  /// - Throws: `occupied` where the file for the figures is not that of an earlier report; nothing is written then.
  public func write(to path: String) throws(StorageError) {
    let figures = Self.figuresPath(ofPage: path)
    try RunDirectory.refuseReplacing(figures)
    let contents = try JSONFile.encode(ReportFigures(histories), for: figures)
    try AtomicFile.write(html, to: path)
    try AtomicFile.write(contents, to: figures)
  }
}
