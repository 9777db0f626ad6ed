import SluiceCore

/// Writes scalars and histograms as TensorBoard reads them: an event file.
///
/// ```swift
/// let events = try EventFile(path: folder + "/events.out.tfevents.mine")
/// try events.add("loss", 0.25, step: 1)
/// try events.add("weights", histogram, step: 1)
/// try events.flush()
/// ```
///
/// A record is the length of an event in 8 bytes, the masked CRC32C of those, the event, and its masked CRC32C in 4 bytes each
/// (TensorFlow, `core/lib/io/record_writer.h`). An event is a message of `core/util/event.proto`; the first one says
/// `brain.Event:2`. TensorBoard takes a file whose name holds `tfevents` and reads it while it grows.
///
/// Records collect in memory and are written, whole ones in one call of the system, when enough have come, by `flush()` and when
/// the file goes away. Not to be used from two threads at once.
public final class EventFile {
  /// The file that is written, as the caller spelled it.
  public internal(set) var path: String

  private let file: File
  private let room: Int
  private let now: () -> Double
  /// Whole records.
  private var records: [UInt8] = []
  /// The values of the event being made.
  private var summary: [UInt8] = []
  private var event: [UInt8] = []
  /// The size of the file: whole records only.
  private var written = 0

  /// Creates the file, in place of what is there (see `AtomicFile`: links are not followed), and writes its first event.
  ///
  /// - Parameters:
  ///   - room: how many bytes of records may wait in memory.
  ///   - now: the seconds since 1970, which each event carries.
  public convenience init(
    path: String, room: Int = 1 << 16, now: @escaping () -> Double = WallClock.secondsSince1970
  ) throws(StorageError) {
    try self.init(path: path, permissions: nil, room: room, now: now)
  }

  /// - Parameter permissions: the file whose permission bits this one gets if there is none at `path`.
  init(
    path: String, permissions: FileStatus?, room: Int = 1 << 16,
    now: @escaping () -> Double = WallClock.secondsSince1970
  ) throws(StorageError) {
    self.path = path
    self.room = room
    self.now = now
    event.appendField(1, now())
    event.appendField(3, Array("brain.Event:2".utf8))
    Self.appendRecord(of: event, to: &records)
    // The file holds its first event from its first moment on, so that a training killed now leaves one that is known.
    file = try AtomicFile.replace(path, beginning: records, permissions: permissions)
    written = records.count
    records.removeAll(keepingCapacity: true)
    event.removeAll(keepingCapacity: true)
  }

  /// Goes on behind the first `length` bytes of an event file, which is cut back to them.
  ///
  /// - Throws: `truncated` for a file that is shorter.
  init(
    continuing path: String, length: Int, room: Int = 1 << 16,
    now: @escaping () -> Double = WallClock.secondsSince1970
  ) throws(StorageError) {
    self.path = path
    self.room = room
    self.now = now
    file = try File.continuing(path, length: length)
    written = length
  }

  /// The bytes of whole records that were written.
  var length: Int { written }

  /// Writes the records that wait, and waits until all are on the device.
  func synchronize() throws(StorageError) {
    try flush()
    try file.synchronize()
  }

  /// Forgets all records behind the first `length` bytes, those that wait included.
  func cut(to length: Int) throws(StorageError) {
    records.removeAll(keepingCapacity: true)
    summary.removeAll(keepingCapacity: true)
    try file.truncate(to: min(length, written))
    written = min(length, written)
  }

  deinit { try? flush() }

  /// Adds a scalar.
  public func add(_ tag: String, _ value: Float, step: Int) throws(StorageError) {
    append(Array(tag.utf8), value)
    try endEvent(step: step)
  }

  /// Adds a histogram; one without a finite number is left out. What is not finite is counted in a scalar of the tag
  /// with `/non_finite` behind it, where there is any.
  public func add(_ tag: String, _ histogram: Histogram, step: Int) throws(StorageError) {
    if histogram.count > 0 { append(Array(tag.utf8), histogram) }
    if histogram.nonFiniteCount > 0 {
      append(Array("\(tag)/non_finite".utf8), Float(histogram.nonFiniteCount))
    }
    try endEvent(step: step)
  }

  /// Adds a scalar to the event being made. Allocates nothing once there is room.
  func append(_ tag: [UInt8], _ value: Float) {
    // In a message of values: the tag, and the value in five bytes.
    let tagCount = 1 + [UInt8].varintCount(tag.count) + tag.count
    summary.appendField(1, count: tagCount + 5)
    summary.appendField(1, tag)
    summary.appendField(2, value)
  }

  private func append(_ tag: [UInt8], _ histogram: Histogram) {
    var value: [UInt8] = []
    value.appendField(1, tag)
    value.appendField(5, message(of: histogram))
    summary.appendField(1, value)
  }

  /// The histogram as a message: of bins in a row that are empty one is written, which is the next one's lower limit.
  private func message(of histogram: Histogram) -> [UInt8] {
    var limits: [UInt8] = []
    var counts: [UInt8] = []
    var emptyBin: Int?
    func write(_ bin: Int, _ count: Double) {
      limits.appendFixed(Histogram.limit(of: bin).bitPattern)
      counts.appendFixed(count.bitPattern)
    }
    for (bin, count) in histogram.counts.enumerated() {
      if count == 0 {
        emptyBin = bin
        continue
      }
      if let emptyBin { write(emptyBin, 0) }
      emptyBin = nil
      write(bin, Double(count))
    }
    var message: [UInt8] = []
    message.appendField(1, Double(histogram.minimum))
    message.appendField(2, Double(histogram.maximum))
    message.appendField(3, Double(histogram.count))
    message.appendField(4, histogram.sum)
    message.appendField(5, histogram.sumOfSquares)
    message.appendField(6, limits)
    message.appendField(7, counts)
    return message
  }

  /// Ends the event being made, and writes the waiting records if there are many. One without a value is none.
  func endEvent(step: Int) throws(StorageError) {
    guard !summary.isEmpty else { return }
    event.appendField(1, now())
    event.appendField(2, Int64(step))
    event.appendField(5, summary)
    summary.removeAll(keepingCapacity: true)
    appendRecord()
    if records.count >= room { try flush() }
  }

  private func appendRecord() {
    Self.appendRecord(of: event, to: &records)
    event.removeAll(keepingCapacity: true)
  }

  private static func appendRecord(of event: [UInt8], to records: inout [UInt8]) {
    let start = records.count
    records.appendFixed(UInt64(event.count))
    records.appendFixed(CRC32C.masked(records[start...]))
    records.append(contentsOf: event)
    records.appendFixed(CRC32C.masked(event[...]))
  }

  /// Writes the records that wait. When the system takes only a part, the file is cut back to whole records and the error is
  /// thrown.
  public func flush() throws(StorageError) {
    guard !records.isEmpty else { return }
    do {
      try file.write(records)
    } catch {
      try? file.truncate(to: written)
      var error = error
      error.path = path
      throw error
    }
    written += records.count
    records.removeAll(keepingCapacity: true)
  }
}
