/// Repeats the numbers of a metrics log in an event file: an event for each line, a scalar for each number.
struct LineMirror {
  let events: EventFile
  /// The kind of the line and the keys that lead to where it is now, parted by slashes.
  private var tag: [UInt8] = []
  /// Where the tag ended before each key of it.
  private var ends: [Int] = []
  /// The step of the line, or of the one before where it has none.
  var step = 0

  init(_ events: EventFile) { self.events = events }

  mutating func begin(_ kind: String) {
    tag.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    append(kind)
  }

  mutating func beginObject(_ key: String) {
    ends.append(tag.count)
    append("/")
    append(key)
  }

  mutating func endObject() { tag.removeLast(tag.count - ends.removeLast()) }

  mutating func add(_ key: String, _ value: Int) {
    if key == "step", ends.isEmpty { step = value } else { add(key, Float(value)) }
  }

  mutating func add(_ key: String, _ value: Float) {
    beginObject(key)
    events.append(tag, value)
    endObject()
  }

  func end() throws(StorageError) { try events.endEvent(step: step) }

  private mutating func append(_ text: String) {
    for byte in text.utf8 { tag.append(byte) }
  }
}
