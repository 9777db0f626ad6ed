import SluiceCore

/// Writes the figures of a training as JSON lines, one object a line, keys in the order of the calls.
///
/// ```swift
/// log.begin("step")
/// log.add("epoch", 3)
/// log.add("loss", loss)
/// try log.end()
/// ```
///
/// writes `{"kind":"step","epoch":3,"loss":0.25}`.
///
/// - Every line is strict JSON. Numbers have the fewest digits that read back as the same `Float` or `Double`.
///   JSON has no NaN and no infinity: such a figure is `null`, and a second key with the suffix `_is` names it, as in
///   `"loss":null,"loss_is":"inf"` (`"nan"`, `"inf"`, `"-inf"`). So a column stays one of numbers for every
///   reader, and nothing is lost. In a list of numbers it is `null` alone.
/// - Lines collect in memory and are written, whole lines in one call of the system, when enough have come, by
///   `flush()` and when the log goes away. The file can be read while the training runs.
/// - With a mirror each number is a scalar of an event file too, so that TensorBoard shows what the log holds.
/// - Nothing is allocated between `begin` and `end` as long as a line is shorter than the room for lines.
///
/// Not to be used from two threads at once.
public final class MetricsLog {
  /// The file that is written, as the caller spelled it.
  public internal(set) var path: String

  private let file: File
  private let room: Int
  /// Whole lines, then the one being written.
  private var bytes: [UInt8] = []
  /// Where the line being written begins.
  private var lineStart = 0
  /// Objects open inside the line, the line itself included.
  private var depth = 0
  private var needsComma = false
  private var formatter = NumberFormatter()
  private var mirror: LineMirror?
  /// The size of the file: whole lines only.
  private var written: Int

  /// Creates the file, in place of what is there (see `AtomicFile`: links are not followed).
  ///
  /// - Parameters:
  ///   - continuing: keep what is there and go on behind its last whole line, for a training that goes on.
  ///   - room: how many bytes of lines may wait in memory.
  ///   - events: an event file that gets every number as a scalar. Its tag is the kind of the line and the keys that lead to the
  ///     number, parted by slashes, such as `epoch/validation_loss`; its step the number under the line's key `step`, or that of
  ///     the line before. A `Double` becomes the nearest `Float`.
  public convenience init(
    path: String, continuing: Bool = false, room: Int = 1 << 16, mirroredTo events: EventFile? = nil
  ) throws(StorageError) {
    let file = try continuing ? File.appending(path, emptied: false) : AtomicFile.replace(path)
    try self.init(writing: file, room: room, mirroredTo: events)
  }

  /// Goes on behind the first `length` bytes of a log, which is cut back to them.
  ///
  /// - Parameter step: that of the last line, for lines without one in the event file.
  /// - Throws: `truncated` for a log that is shorter.
  convenience init(
    continuing path: String, length: Int, step: Int = 0, room: Int = 1 << 16,
    mirroredTo events: EventFile? = nil
  ) throws(StorageError) {
    let file = try File.continuing(path, length: length)
    try self.init(writing: file, room: room, mirroredTo: events)
    mirror?.step = step
  }

  /// The bytes of whole lines that were written.
  var length: Int { written }

  /// Writes the lines that wait, and waits until all are on the device.
  func synchronize() throws(StorageError) {
    try flush()
    try file.synchronize()
  }

  /// Forgets all lines behind the first `length` bytes, those that wait included.
  func cut(to length: Int) throws(StorageError) {
    bytes.removeAll(keepingCapacity: true)
    lineStart = 0
    try file.truncate(to: min(length, written))
    written = min(length, written)
  }

  init(writing file: File, room: Int = 1 << 16, mirroredTo events: EventFile? = nil) throws(StorageError) {
    path = file.path
    self.file = file
    self.room = max(room, 1)
    mirror = events.map { LineMirror($0) }
    written = try MetricsLog.endOfLastLine(of: file)
    try file.truncate(to: written)
    // A line that has made the buffer full is held too until it is written.
    bytes.reserveCapacity(2 * self.room)
  }

  deinit { try? flush() }

  // MARK: Lines

  /// Begins a line `{"kind":kind`.
  public func begin(_ kind: String) {
    require(depth == 0, "A line of the metrics log was begun inside another.")
    lineStart = bytes.count
    depth = 1
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
    add("kind", kind)
    mirror?.begin(kind)
  }

  /// Ends the line, and writes the waiting lines if there are many.
  ///
  /// When that fails, the lines go on waiting, and the next `end` or `flush` tries again.
  public func end() throws(StorageError) {
    require(depth == 1, "A line of the metrics log was ended outside of one or with an object open.")
    bytes.append(UInt8(ascii: "}"))
    bytes.append(UInt8(ascii: "\n"))
    depth = 0
    lineStart = bytes.count
    try mirror?.end()
    if bytes.count >= room { try flush() }
  }

  /// Writes the lines that wait; the one not ended goes on waiting.
  ///
  /// When the system takes only a part, the file is cut back to whole lines and the error is thrown.
  public func flush() throws(StorageError) {
    try mirror?.events.flush()
    guard lineStart > 0 else { return }
    do {
      try unsafe bytes.withUnsafeBufferPointer { buffer throws(StorageError) in
        try unsafe file.write(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<lineStart]))
      }
    } catch {
      try? file.truncate(to: written)
      var error = error
      error.path = path
      throw error
    }
    written += lineStart
    bytes.removeSubrange(..<lineStart)
    lineStart = 0
  }

  // MARK: Figures

  /// Adds a whole number.
  public func add(_ key: String, _ value: Int) {
    addKey(key)
    appendInteger(value, to: &bytes)
    mirror?.add(key, value)
  }

  /// Adds a number; one that is not finite becomes `null` and a key with the suffix `_is`.
  public func add(_ key: String, _ value: Float) {
    addKey(key)
    append(value)
    if !value.isFinite { addName(of: Double(value), key) }
    mirror?.add(key, value)
  }

  /// Adds a number; one that is not finite becomes `null` and a key with the suffix `_is`.
  public func add(_ key: String, _ value: Double) {
    addKey(key)
    if value.isFinite {
      formatter.append(value, to: &bytes)
    } else {
      appendText("null")
      addName(of: value, key)
    }
    mirror?.add(key, Float(value))
  }

  /// Adds `true` or `false`.
  public func add(_ key: String, _ value: Bool) {
    addKey(key)
    appendText(value ? "true" : "false")
  }

  /// Adds a text.
  public func add(_ key: String, _ value: String) {
    addKey(key)
    appendJSONString(value, to: &bytes)
  }

  /// Adds a list of numbers; one that is not finite becomes `null`.
  public func add(_ key: String, _ values: Floats) {
    addKey(key)
    bytes.append(UInt8(ascii: "["))
    for index in 0..<values.count {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(values[index])
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// Begins an object inside the line: what is added until `endObject` belongs to it.
  public func beginObject(_ key: String) {
    addKey(key)
    bytes.append(UInt8(ascii: "{"))
    depth += 1
    needsComma = false
    mirror?.beginObject(key)
  }

  /// Ends the object begun last.
  public func endObject() {
    require(depth > 1, "An object of the metrics log was ended and none was open.")
    bytes.append(UInt8(ascii: "}"))
    depth -= 1
    needsComma = true
    mirror?.endObject()
  }

  // MARK: Pieces

  private func addKey(_ key: String) {
    require(depth > 0, "A figure was added to the metrics log outside of a line.")
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
    appendJSONString(key, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }

  private func append(_ value: Float) {
    if value.isFinite { formatter.append(value, to: &bytes) } else { appendText("null") }
  }

  /// Adds the key with the suffix and the name of a number that is not finite.
  private func addName(of value: Double, _ key: String) {
    bytes.append(UInt8(ascii: ","))
    appendJSONString(key, to: &bytes)
    bytes.removeLast()
    appendText(#"_is":"#)
    appendText(value.isNaN ? #""nan""# : value > 0 ? #""inf""# : #""-inf""#)
  }

  private func appendText(_ text: String) {
    for byte in text.utf8 { bytes.append(byte) }
  }

  /// The size of the file without a last line that was cut off.
  private static func endOfLastLine(of file: File) throws(StorageError) -> Int {
    var end = try file.size()
    let step = 1 << 16
    while end > 0 {
      let start = max(end - step, 0)
      let chunk = try file.bytes(at: start, count: end - start)
      if let newline = chunk.lastIndex(of: UInt8(ascii: "\n")) { return start + newline + 1 }
      end = start
    }
    return 0
  }
}
