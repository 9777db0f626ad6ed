import AllocationCounter
import SluiceCore
import Testing

@testable import SluiceStorage

@Suite("The log of a training's figures")
struct MetricsLogTests {
  @Test("Each line is one object, keys in the order of the calls")
  func lines() throws {
    let folder = try TemporaryFolder()
    let log = try MetricsLog(path: folder.file("metrics.jsonl"))
    log.begin("step")
    log.add("epoch", 3)
    log.add("loss", Float(0.1))
    log.add("seconds", 1.25e-7)
    log.add("last", true)
    try log.end()
    log.begin("summary")
    log.beginObject("labels")
    log.beginObject("a\"b\n")
    log.add("count", -1)
    log.endObject()
    log.beginObject("empty")
    log.endObject()
    log.endObject()
    log.add("bars", Memory().floats([1, .nan, -0.5]))
    log.add("none", Memory().floats([]))
    log.add("note", "größe")
    try log.end()
    try log.flush()
    #expect(
      try folder.text(of: "metrics.jsonl") == """
        {"kind":"step","epoch":3,"loss":0.1,"seconds":1.25e-7,"last":true}
        {"kind":"summary","labels":{"a\\"b\\n":{"count":-1},"empty":{}},"bars":[1.0,null,-0.5],"none":[],"note":"größe"}

        """)
  }

  @Test("What is not finite is null, and named beside it")
  func notFinite() throws {
    let folder = try TemporaryFolder()
    let log = try MetricsLog(path: folder.file("m"))
    log.begin("step")
    log.add("a", Float.nan)
    log.add("b", Float.infinity)
    log.add("c", -Double.infinity)
    log.add("d", Double.nan)
    log.add("e", 1.0)
    try log.end()
    try log.flush()
    let text = try folder.text(of: "m")
    #expect(
      text == #"{"kind":"step","a":null,"a_is":"nan","b":null,"b_is":"inf","c":null,"c_is":"-inf","#
        + #""d":null,"d_is":"nan","e":1.0}"# + "\n")
    let line = try #require(try MetricsReader.lines(of: folder.file("m")).first)
    #expect(line.double("a")?.isNaN == true)
    #expect(line.double("b") == .infinity)
    #expect(line.double("c") == -.infinity)
    #expect(line.double("d")?.isNaN == true)
    #expect(line.double("e") == 1)
    #expect(line.double("f") == nil)
  }

  @Test("The file holds whole lines only while the log is written")
  func wholeLines() throws {
    let folder = try TemporaryFolder()
    let log = try MetricsLog(path: folder.file("m"), room: 100)
    var sizes: Set<Int> = []
    for step in 0..<200 {
      log.begin("step")
      log.add("step", step)
      if step == 150 { try log.flush() }
      log.add("loss", Float(step) / 3)
      try log.end()
      let text = try folder.text(of: "m")
      sizes.insert(text.utf8.count)
      #expect(text.isEmpty || text.hasSuffix("}\n"))
    }
    #expect(sizes.count > 20)
    try log.flush()
    let lines = try MetricsReader.lines(of: folder.file("m"))
    #expect(lines.map { $0.integer("step") } == (0..<200).map { $0 })
    #expect(lines.map { $0.double("loss").map { Float($0) } } == (0..<200).map { Float($0) / 3 })
  }

  @Test("A line longer than the room is written whole")
  func longLine() throws {
    let folder = try TemporaryFolder()
    let log = try MetricsLog(path: folder.file("m"), room: 10)
    let text = String(repeating: "ü", count: 1000)
    log.begin("note")
    log.add("text", text)
    try log.end()
    #expect(try MetricsReader.lines(of: folder.file("m")).first?.string("text") == text)
  }

  @Test("A log that goes away writes what waits, but no line that was not ended")
  func goingAway() throws {
    let folder = try TemporaryFolder()
    func write() throws {
      let log = try MetricsLog(path: folder.file("m"))
      log.begin("a")
      try log.end()
      log.begin("b")
    }
    try write()
    #expect(try folder.text(of: "m") == "{\"kind\":\"a\"}\n")
  }

  @Test("A new log empties the file; one that continues goes on behind the last whole line")
  func continuing() throws {
    let folder = try TemporaryFolder()
    func write(_ kind: String, continuing: Bool) throws {
      let log = try MetricsLog(path: folder.file("m"), continuing: continuing)
      log.begin(kind)
      try log.end()
    }
    try write("a", continuing: true)
    try write("b", continuing: true)
    try folder.write(try folder.text(of: "m") + "{\"kind\":\"cut", to: "m")
    try write("c", continuing: true)
    #expect(try MetricsReader.lines(of: folder.file("m")).map(\.kind) == ["a", "b", "c"])
    try write("d", continuing: false)
    #expect(try MetricsReader.lines(of: folder.file("m")).map(\.kind) == ["d"])
    try folder.write(String(repeating: "x", count: 200_000), to: "m")
    try write("e", continuing: true)
    #expect(try MetricsReader.lines(of: folder.file("m")).map(\.kind) == ["e"])
  }

  @Test("A folder in the place of the file is refused")
  func wrongKind() throws {
    let folder = try TemporaryFolder()
    #expect(try storageError { _ = try MetricsLog(path: folder.path) }.reason == .wrongKind)
    #expect(try storageError { _ = try MetricsLog(path: folder.file("none/m")) }.reason == .missing)
  }

  @Test("Steady lines allocate nothing", .enabled(if: sluice_thread_allocation_count() >= 0))
  func steadyLines() throws {
    let folder = try TemporaryFolder()
    let log = try MetricsLog(path: folder.file("m"), room: 1 << 12)
    let bars = Memory().floats((0..<8).map { Float($0) / 7 })
    var step = 0
    func write() throws {
      step += 1
      log.begin("step")
      log.add("epoch", 3)
      log.add("step", step)
      log.add("loss", 1 / Float(step))
      log.add("accuracy", Float.nan)
      log.add("examples_per_second", 1e9 / Double(step))
      log.beginObject("flow")
      log.add("embedding.weight", bars[3])
      log.add("gru", bars)
      log.endObject()
      try log.end()
    }
    // What a first time allocates is over after this.
    for _ in 0..<100 { try write() }
    let steady = try allocations { for _ in 0..<1000 { try write() } }
    #expect(steady == 0)
    try log.flush()
    #expect(try folder.bytes(of: "m").count > 100_000)
    var kept: [[Int]] = []
    let control = try allocations { for _ in 0..<100 { kept.append([step]) } }
    #expect(control >= 100)
  }

  /// The allocations of this thread while `body` runs.
  private func allocations(_ body: () throws -> Void) throws -> Int {
    let before = sluice_thread_allocation_count()
    try body()
    return sluice_thread_allocation_count() - before
  }
}
