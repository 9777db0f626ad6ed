import SluiceStorage

/// One self-contained page about a training, or two compared: made from the logs alone, without anything from outside itself.
///
/// ```swift
/// try RunReport(ofRuns: ["runs/sms"]).write(to: "sms.html")
/// ```
public struct RunReport: Sendable {
  private let histories: [RunHistory]

  /// Reads the logs of one run, or of two to compare.
  ///
  /// - Throws: `StorageError` for a folder without a log of a training, or one that is damaged before its last line.
  public init(ofRuns folders: [String]) throws(StorageError) {
    var histories: [RunHistory] = []
    for folder in folders { histories.append(try RunHistory(readingRun: folder)) }
    self.histories = histories
  }

  /// The page.
  public var html: String { ReportPage(runs: histories).html }

  /// Writes the page as the file at `path`, whole or not at all.
  public func write(to path: String) throws(StorageError) { try AtomicFile.write(html, to: path) }
}
