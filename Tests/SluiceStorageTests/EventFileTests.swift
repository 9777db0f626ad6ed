import AllocationCounter
import SluiceCore
import Testing

@testable import SluiceStorage

@Suite("Event files")
struct EventFileTests {
  /// The events of a file, their frames checked.
  private func events(_ bytes: [UInt8]) throws -> [Message] {
    var events: [Message] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let head = rest.prefix(8)
      try #require(rest.count >= 12)
      let count = Int(number(head))
      #expect(number(rest.dropFirst(8).prefix(4)) == UInt64(CRC32C.masked(head)))
      rest = rest.dropFirst(12)
      try #require(rest.count >= count + 4)
      let event = rest.prefix(count)
      #expect(number(rest.dropFirst(count).prefix(4)) == UInt64(CRC32C.masked(event)))
      events.append(try Message(event))
      rest = rest.dropFirst(count + 4)
    }
    return events
  }

  @Test("Checks are those of the standard")
  func checks() {
    #expect(CRC32C.check(Array("123456789".utf8)[...]) == 0xE306_9283)
    // RFC 3720, B.4.
    #expect(CRC32C.check([UInt8](repeating: 0, count: 32)[...]) == 0x8A91_36AA)
    #expect(CRC32C.check([UInt8](repeating: 0xFF, count: 32)[...]) == 0x62A8_AB43)
    #expect(CRC32C.check(Array(UInt8(0)..<32)[...]) == 0x46DD_794E)
    #expect(CRC32C.check([]) == 0)
  }

  @Test("A small file has these bytes")
  func exactBytes() throws {
    let folder = try TemporaryFolder()
    let events = try EventFile(path: folder.file("e"), now: { 1 })
    try events.add("a", 0.5, step: 300)
    try events.flush()
    let one: [UInt8] = [0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]
    let first = one + [0x1A, 13] + Array("brain.Event:2".utf8)
    let second = one + [0x10, 0xAC, 0x02, 0x2A, 10, 0x0A, 8, 0x0A, 1, 0x61, 0x15, 0, 0, 0, 0x3F]
    // The checks are TensorFlow's for these bytes, not this library's.
    let expected =
      [24, 0, 0, 0, 0, 0, 0, 0, 0xA3, 0x7F, 0x4B, 0x22] + first + [0x86, 0xBF, 0x57, 0x7A]
      + [24, 0, 0, 0, 0, 0, 0, 0, 0xA3, 0x7F, 0x4B, 0x22] + second + [0x48, 0xE0, 0x55, 0x25]
    #expect(try folder.bytes(of: "e") == expected)
  }

  @Test("Every number of a log is a scalar under its keys, with its value and step")
  func mirror() throws {
    let folder = try TemporaryFolder()
    let file = try EventFile(path: folder.file("e"))
    let log = try MetricsLog(path: folder.file("m"), mirroredTo: file)
    log.begin("step")
    log.add("step", 7)
    log.add("loss", Float(0.1))
    log.add("accuracy", 1.0 / 3)
    log.add("collapsed", true)
    log.add("bad", Float.nan)
    log.beginObject("gru.weight")
    log.beginObject("gradient")
    log.add("mean", -2)
    log.endObject()
    log.add("ratio", 1e300)
    log.endObject()
    log.add("place", "output")
    try log.end()
    log.begin("summary")
    log.add("größe", 3)
    try log.end()
    try log.flush()
    let read = try events(try folder.bytes(of: "e"))
    #expect(read.count == 3 && read[0].text(3) == "brain.Event:2")
    #expect(read[1].number(2) == 7 && read[2].number(2) == 7)
    let scalars = try read[1...].flatMap { event in
      try event.messages(5).flatMap { try $0.messages(1) }.map { ($0.text(1) ?? "", $0.float(2) ?? 0) }
    }
    #expect(
      scalars.map(\.0) == [
        "step/loss", "step/accuracy", "step/bad", "step/gru.weight/gradient/mean", "step/gru.weight/ratio",
        "summary/größe",
      ])
    #expect(scalars.map(\.1)[0...1] == [0.1, Float(1.0 / 3)])
    #expect(scalars[2].1.isNaN && scalars[3].1 == -2 && scalars[4].1 == .infinity && scalars[5].1 == 3)
    let times = read.map { $0.double(1) ?? 0 }
    #expect(times.allSatisfy { $0 > 1.7e9 } && times == times.sorted())
  }

  @Test("A histogram has its figures, limits that rise, counts that add up, and nothing that is not finite")
  func histogram() throws {
    let folder = try TemporaryFolder()
    let file = try EventFile(path: folder.file("e"))
    var histogram = Histogram()
    let values: [Float] = [-3, -1, 0, 1e-30, 0.5, 0.5, 3e38]
    histogram.add(Memory().floats(values + [.nan, .infinity, -.infinity]))
    try file.add("h", histogram, step: 2)
    try file.add("none", Histogram(), step: 2)
    try file.flush()
    let read = try events(try folder.bytes(of: "e"))
    #expect(read.count == 2)
    let written = try #require(try read[1].messages(5).first).messages(1)
    #expect(written.map { $0.text(1) } == ["h", "h/non_finite"] && written[1].float(2) == 3)
    let message = try #require(try written[0].messages(5).first)
    #expect((1...3).map { message.double($0) } == [-3, Double(Float(3e38)), 7])
    #expect(message.double(4) == values.reduce(0.0) { $0 + Double($1) })
    #expect(message.double(5) == values.reduce(0.0) { $0 + Double($1) * Double($1) })
    let (limits, counts) = (message.doubles(6), message.doubles(7))
    #expect(limits.count == counts.count && zip(limits, limits.dropFirst()).allSatisfy { $0 < $1 })
    #expect(counts.reduce(0, +) == 7 && limits.allSatisfy(\.isFinite))
    for value in Set(values) {
      let bin = try #require(limits.firstIndex { $0 > Double(value) })
      #expect(counts[bin] == Double(values.count { $0 == value }), "\(value)")
      if bin > 0 { #expect(limits[bin - 1] <= Double(value)) }
    }
  }

  @Test("Scalars of a log allocate nothing once there is room")
  func noAllocations() throws {
    let folder = try TemporaryFolder()
    let log = try MetricsLog(
      path: folder.file("m"), mirroredTo: try EventFile(path: folder.file("e"), now: { 1 }))
    func write() throws {
      for step in 0..<50 {
        log.begin("step")
        log.add("step", step)
        log.beginObject("layer")
        log.add("loss", Float(step) / 7)
        log.endObject()
        try log.end()
      }
    }
    try write()
    try log.flush()
    let before = sluice_thread_allocation_count()
    try write()
    #expect(sluice_thread_allocation_count() - before == 0)
  }

  @Test("A path that cannot be written is an error that names it")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    #expect(try storageError { _ = try EventFile(path: folder.file("no/e")) }.path.hasSuffix("no/e"))
  }
}

/// A message of a protocol buffer, read back: the value of each field in the order of the file.
private struct Message {
  private var fields: [(number: Int, bytes: ArraySlice<UInt8>)] = []

  init(_ bytes: ArraySlice<UInt8>) throws {
    var rest = bytes
    while !rest.isEmpty {
      let key = try varint(&rest)
      let count =
        switch key & 7 {
        case 0: try #require(rest.firstIndex { $0 < 0x80 }) - rest.startIndex + 1
        case 1: 8
        case 2: Int(try varint(&rest))
        case 5: 4
        default: -1
        }
      try #require(count >= 0 && rest.count >= count)
      fields.append((Int(key >> 3), rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
  }

  private subscript(_ number: Int) -> ArraySlice<UInt8>? { fields.first { $0.number == number }?.bytes }

  func text(_ field: Int) -> String? { self[field].map { String(decoding: $0, as: UTF8.self) } }
  func double(_ field: Int) -> Double? {
    self[field].map { Double(bitPattern: SluiceStorageTests.number($0)) }
  }
  func float(_ field: Int) -> Float? {
    self[field].map { Float(bitPattern: UInt32(SluiceStorageTests.number($0))) }
  }
  func number(_ field: Int) -> UInt64? {
    guard var bytes = self[field] else { return nil }
    return try? varint(&bytes)
  }
  func messages(_ field: Int) throws -> [Message] {
    try fields.filter { $0.number == field }.map { try Message($0.bytes) }
  }
  func doubles(_ field: Int) -> [Double] {
    let bytes = self[field] ?? []
    return stride(from: bytes.startIndex, to: bytes.endIndex, by: 8).map {
      Double(bitPattern: SluiceStorageTests.number(bytes[$0..<$0 + 8]))
    }
  }
}

/// A number from its bytes, the lowest first.
private func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
  bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
}

private func varint(_ bytes: inout ArraySlice<UInt8>) throws -> UInt64 {
  var value: UInt64 = 0
  var shift: UInt64 = 0
  while true {
    let first = bytes.popFirst()
    let byte = try #require(first)
    value |= UInt64(byte & 0x7F) << shift
    if byte < 0x80 { return value }
    shift += 7
  }
}
