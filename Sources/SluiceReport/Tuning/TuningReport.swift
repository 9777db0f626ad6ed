import SluiceCore
import SluiceStorage

/// One self-contained page about a tuning: all its trials and what they reached, made from its folder without anything from outside itself.
///
/// ```swift
/// try TuningReport(ofTuning: "runs/sms").write()
/// ```
public struct TuningReport: Sendable {
  private let record: TuningRecord
  private let path: String

  /// Reads the tuning in a folder.
  ///
  /// - Throws: `StorageError` for a folder without one, or one that is damaged.
  public init(ofTuning path: String) throws(StorageError) {
    record = try TuningRecord(readingTuning: path)
    self.path = path
  }

  /// The page.
  public var html: String { TuningPage(record: record).html }

  /// Where the page stands: `tune.html` in the folder.
  public var page: String { TuningFolder.page(in: path) }

  /// Writes the page into the folder, whole or not at all.
  public func write() throws(StorageError) { try AtomicFile.write(html, to: page) }
}
