import Foundation
import Sluice
import Testing

@testable import SluiceReport

@Suite("The doctor")
struct DoctorTests {
  /// A folder of these files, removed afterwards.
  private func withFiles(_ files: [String: String], _ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "sluice-doctor-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, text) in files {
      let path = folder + "/" + name
      try FileManager.default.createDirectory(
        atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true
      )
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    try body(folder)
  }

  /// Lines of JSON, one for each step, with a loss.
  private static func lines(_ count: Int, _ loss: (Int) -> Double, _ more: (Int) -> String = { _ in "" })
    -> String
  {
    (1...count).map { #"{"step":\#($0),"loss":\#(loss($0))\#(more($0))}"# }.joined(separator: "\n") + "\n"
  }

  /// A loss that falls from 2 to 0.2 with a scatter of its own.
  private static func falling(_ step: Int) -> Double {
    0.2 + 1.8 * exp(-Double(step) / 60) + 0.02 * sin(Double(step * step))
  }

  private func names(_ log: String, file: String = "log.jsonl") throws -> [String] {
    var names: [String] = []
    try withFiles([file: log]) { names = try Doctor(run: $0).verdict.causes.map(\.finding.name) }
    return names
  }

  // MARK: Logs of this program

  private static let log =
    (1...40).map {
      #"{"kind":"step","step":\#($0),"loss":\#(falling($0)),"learning_rate":0.1,"gradient_norm":1}"#
    }
    .joined(separator: "\n") + "\n" + #"""
      {"kind":"finding","step":5,"first_step":4,"id":0,"name":"loss rising","severity":"fault","place":"","evidence":"a","hint":"b"}
      {"kind":"finding","step":9,"first_step":3,"id":1,"name":"rate too high","severity":"fault","place":"gru","evidence":"c","hint":"d","remedy":{"name":"multiply rate","number":0.1}}
      {"kind":"finding_explained","step":9,"id":0,"cause":1}
      {"kind":"finding","step":12,"first_step":12,"id":2,"cause":1,"name":"saturated","severity":"warning","place":"gru update","evidence":"e","hint":"f"}
      {"kind":"finding_ended","step":20,"id":0}
      {"kind":"finding","step":30,"first_step":30,"id":3,"name":"one of mine","severity":"note","place":"","evidence":"g","hint":"h"}

      """#

  @Test("A run's log gives the cause first, what follows from it, since when and until when")
  func own() throws {
    try withFiles(["metrics.jsonl": Self.log]) { folder in
      let doctor = try Doctor(run: folder)
      #expect(doctor.state == .fault && doctor.findings.count == 4)
      let causes = doctor.verdict.causes
      #expect(causes.map(\.finding.name) == ["rate too high", "one of mine"])
      #expect(causes[0].consequences.map(\.name) == ["loss rising", "saturated"])
      #expect(causes[0].consequences[0].endStep == 20 && causes[0].finding.remedy == .multiplyRate(0.1))
      #expect(causes[1].finding.ailment == .own && causes[1].finding.severity == .note)
      let lines = doctor.text.split(separator: "\n")
      #expect(lines[0].hasSuffix(": fault") && lines[1] == "Fault: rate too high at 'gru' since step 3")
      #expect(lines[2...3] == ["  c", "  d"] && lines[4] == "  consequences: 2")
      #expect(lines[5] == "    loss rising since step 4, until step 20")
      struct Document: Decodable {
        struct Found: Decodable { let id: Int, name: String, cause: Int? }
        let state: String, causes: [Int], findings: [Found]
      }
      let json = try JSONDecoder().decode(Document.self, from: Data(doctor.json.utf8))
      #expect(
        json.state == "fault" && json.causes == [1, 3] && json.findings.map(\.cause) == [1, nil, 1, nil])
    }
  }

  @Test("A log that a monitor watched and found nothing in is healthy; a line cut off is told")
  func watched() throws {
    let log =
      #"{"kind":"flow","step":1}"# + "\n"
      + (1...30).map { #"{"kind":"step","step":\#($0),"loss":1}"# }
      .joined(separator: "\n") + "\n" + #"{"kind":"fin"#
    try withFiles(["metrics.jsonl": log]) { folder in
      let doctor = try Doctor(run: folder)
      #expect(doctor.state == .healthy && doctor.notes == ["the last line was cut off and is left out"])
    }
  }

  // MARK: Figures alone

  @Test("A loss that falls is healthy, whoever logged it")
  func healthy() throws {
    #expect(try names(Self.lines(300, Self.falling)) == [])
    let state = (1...60).map {
      #"{"loss":\#(Self.falling($0 * 10)),"grad_norm":1.5,"learning_rate":0.001,"step":\#($0 * 10)}"#
    }
    let evaluations = (1...6).map { #"{"eval_loss":\#(Self.falling($0 * 100) + 0.1),"step":\#($0 * 100)}"# }
    let end = #"{"train_loss":0.5,"train_runtime":12,"step":600}"#
    let document =
      "{\n\"log_history\": [" + (state + evaluations + [end]).joined(separator: ",\n") + "],\n\"epoch\": 3.0}"
    #expect(try names(document, file: "trainer_state.json") == [])
    #expect(try names(document, file: "checkpoint-500/trainer_state.json") == [])
  }

  @Test(
    "What is not finite, rising, flat, a spike, overfitting, a dead schedule and an exploding norm are seen in figures alone"
  )
  func figures() throws {
    for spelling in ["NaN", "\"NaN\"", "null", "Infinity", "-Infinity"] {
      let log = Self.lines(20, Self.falling) + #"{"step":21,"loss":\#(spelling)}"# + "\n"
      #expect(try names(log) == ["non-finite"], "\(spelling)")
    }
    #expect(try names(Self.lines(120) { 1 + Double($0) / 30 }).first == "loss rising")
    #expect(try names(Self.lines(400) { 2 + 0.02 * sin(Double($0 * $0)) }) == ["loss flat"])
    #expect(try names(Self.lines(300) { $0 == 200 ? 40 : Self.falling($0) }).contains("spike"))
    let validation = Self.lines(600, Self.falling) { step in
      step % 60 == 0 ? #","val_loss":\#(0.6 + abs(Double(step) - 240) / 600)"# : ""
    }
    #expect(try names(validation) == ["overfitting"])
    let schedule = Self.lines(300, Self.falling) { #","lr":\#($0 < 60 ? 0.01 : 1e-7)"# }
    #expect(try names(schedule) == ["schedule died"])
    let norms = Self.lines(200, Self.falling) { #","grad_norm":\#($0 < 150 ? 1.0 : 5e4)"# }
    #expect(try names(norms) == ["exploding"])
  }

  @Test("Figures are known by the names that frameworks give them")
  func spellings() {
    for (key, name) in [
      ("train/loss", FigureName.loss), ("Loss/train", .loss), ("train_loss_step", .loss),
      ("eval_loss", .validationLoss),
      ("Loss/val", .validationLoss), ("epoch/validation_loss", .validationLoss), ("lr-AdamW", .rate),
      ("step/learning_rate", .rate), ("grad_norm", .gradientNorm), ("global_step", .step), ("_step", .step),
    ] {
      #expect(FigureName.of(key)?.name == name, "\(key)")
    }
    #expect(FigureName.of("accuracy") == nil && FigureName.of("") == nil)
  }

  @Test("A column that is empty in a line is not a loss that is none")
  func columns() throws {
    let lines = (1...120).map { step in
      step % 10 == 0
        ? #"{"step":\#(step),"train_loss":null,"val_loss":\#(Self.falling(step))}"#
        : #"{"step":\#(step),"train_loss":\#(Self.falling(step)),"val_loss":null}"#
    }
    #expect(try names(lines.joined(separator: "\n")) == [])
  }

  @Test("The scalars of an event file are judged too")
  func events() throws {
    let folder = NSTemporaryDirectory() + "sluice-doctor-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let events = try EventFile(path: folder + "/events.out.tfevents.1")
    for step in 1...400 {
      try events.add("train/loss", Float(2 + 0.02 * sin(Double(step * step))), step: step)
      try events.add("accuracy", 0.5, step: step)
    }
    try events.flush()
    let doctor = try Doctor(run: folder)
    #expect(doctor.verdict.causes.map(\.finding.name) == ["loss flat"] && doctor.state == .fault)
    #expect(try Doctor(run: folder + "/events.out.tfevents.1").state == .fault)
  }

  // MARK: Beside a baseline

  @Test("Beside a baseline a training that learns nothing from its labels is worse, and since when is told")
  func worse() throws {
    // Shuffled labels: the loss falls to that of the class frequencies and stays.
    let stuck: (Int) -> Double = { 1.4 + 0.6 * exp(-Double($0) / 60) + 0.02 * sin(Double($0 * $0)) }
    let files = ["run.jsonl": Self.lines(300, stuck), "good.jsonl": Self.lines(300, Self.falling)]
    try withFiles(files) { folder in
      let alone = try Doctor(run: folder + "/run.jsonl")
      #expect(alone.state == .healthy)
      let doctor = try Doctor(run: folder + "/run.jsonl", baseline: folder + "/good.jsonl")
      #expect(doctor.state == .warning && doctor.isWorse)
      #expect(doctor.worseSince.map { $0 <= 20 } == true, "\(doctor.text)")
      #expect(doctor.text.contains("worse since step"))
      let other = try Doctor(run: folder + "/good.jsonl", baseline: folder + "/run.jsonl")
      #expect(other.state == .healthy && other.text.contains("no worse"))
    }
  }

  @Test("Another seed is no worse; a run that leaves its baseline late is worse since then")
  func since() throws {
    let other: (Int) -> Double = { 0.2 + 1.8 * exp(-Double($0) / 60) + 0.02 * sin(Double($0 * $0 + 7)) }
    let late: (Int) -> Double = { Self.falling($0) + ($0 > 200 ? 0.5 : 0) }
    let files = [
      "a.jsonl": Self.lines(300, Self.falling), "b.jsonl": Self.lines(300, other),
      "c.jsonl": Self.lines(300, late),
    ]
    try withFiles(files) { folder in
      let seed = try Doctor(run: folder + "/b.jsonl", baseline: folder + "/a.jsonl")
      #expect(!seed.isWorse, "\(seed.text)")
      let since = try Doctor(run: folder + "/c.jsonl", baseline: folder + "/a.jsonl").worseSince
      #expect(since.map { (190...212).contains($0) } == true, "\(since ?? 0)")
    }
  }

  // MARK: Bad input

  @Test(
    "What is no log is an error that says so, and none ends the program",
    arguments: [
      "", "\n\n", "{}", "[]", "{", "null", "no JSON\n", #"{"step":1}"# + "\n", #"{"kind":"run"}"# + "\n",
    ])
  func unreadable(_ text: String) throws {
    for name in ["metrics.jsonl", "log.jsonl", "trainer_state.json"] {
      try withFiles([name: text]) { folder in
        #expect(throws: StorageError.self) { try Doctor(run: folder) }
        #expect(throws: StorageError.self) { try Doctor(run: folder + "/" + name) }
      }
    }
    try withFiles([:]) { folder in
      #expect(throws: StorageError.self) { try Doctor(run: folder) }
      #expect(throws: StorageError.self) { try Doctor(run: folder + "/none") }
    }
  }

  @Test("Numbers at the ends of what there is, repeated ids and causes that are not there do no harm")
  func extremes() throws {
    let steps = ["9223372036854775807", "-9223372036854775808", "0", "1e300", "\"x\"", "null"]
    let lines = steps.map { #"{"step":\#($0),"loss":1e308,"lr":-1e308,"grad_norm":1e-320,"val_loss":1e39}"# }
    try withFiles(["log.jsonl": lines.joined(separator: "\n") + "\n{\"step\":3"]) { folder in
      let doctor = try Doctor(run: folder, baseline: folder)
      #expect(doctor.text.contains("beside"))
    }
    let findings = [(0, 0), (0, 7), (1, 0), (2, 1)].map { id, cause in
      #"{"kind":"finding","step":9223372036854775807,"id":\#(id),"cause":\#(cause),"name":"x","remedy":{"name":"stop at","number":1e300}}"#
    }
    try withFiles(["metrics.jsonl": findings.joined(separator: "\n") + "\n"]) { folder in
      let doctor = try Doctor(run: folder)
      #expect(doctor.findings.count == 4 && !doctor.json.isEmpty && doctor.state == .warning)
    }
  }

  @Test("Of several logs in a folder one is read, and which is told")
  func several() throws {
    let files = ["a.jsonl": Self.lines(30, Self.falling), "b.jsonl": Self.lines(30) { _ in .nan }]
    try withFiles(files) { folder in
      let doctor = try Doctor(run: folder)
      #expect(
        doctor.state == .healthy
          && doctor.notes == ["of 2 logs 'a.jsonl' is read; give another by its own path"])
    }
  }
}
