import Foundation
import Sluice
import Testing

@testable import SluiceTraining

/// What a test throws out of a training, which then ends as if it were killed: nothing is cleaned up.
struct Kill: Error {}

/// A folder of one test, removed with it.
final class RunFolder {
  let path: String
  private let isLent: Bool

  init() throws {
    isLent = false
    path = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// A folder of another, which removes it.
  init(lent path: String) {
    self.path = path
    isLent = true
  }

  deinit { if !isLent { try? FileManager.default.removeItem(atPath: path) } }

  func file(_ name: String) -> String { path + "/" + name }

  func copy(_ name: String, to other: String) throws {
    try? FileManager.default.removeItem(atPath: file(other))
    try FileManager.default.copyItem(atPath: file(name), toPath: file(other))
  }
}

func contents(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

func write(_ bytes: [UInt8], to path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// The names of the files in a folder.
func names(_ path: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: path).sorted()
}

/// The path of the last checkpoint in a folder.
func lastCheckpoint(_ path: String) throws -> String { try RunDirectory.lastCheckpoint(in: path).path }

/// Everything that a run leaves, without times and threads.
struct Traces: Equatable {
  var model: [UInt8]
  var log: [String]
  var picture: [UInt8]
  var description: [UInt8]
  var events: [[UInt8]]
  var names: [String]

  init<Job: TrainingJob>(_ path: String, _: Job.Type) throws {
    model = try contents(path + "/model.safetensors")
    picture = try contents(path + "/flow.svg")
    log = try Self.log(path)
    var record = try RunDirectory.open(path).readDescription(RunRecord<Job>.self)
    record.machine = nil
    description = try JSONFile.encode(record, for: path)
    let file = path + "/events.out.tfevents.sluice"
    events = FileManager.default.fileExists(atPath: file) ? try Self.events(file) : []
    names = try SluiceTrainingTests.names(path)
  }

  static func log(_ path: String) throws -> [String] {
    try MetricsReader.lines(of: path + "/metrics.jsonl").map { line in
      line.values.members.filter { $0.key != "seconds" && !$0.key.hasSuffix("_per_second") }
        .map { "\($0)" }.joined()
    }
  }

  /// The events without their moments, and without the values of the scalars that are times.
  private static func events(_ path: String) throws -> [[UInt8]] {
    let bytes = try contents(path)
    var events: [[UInt8]] = []
    var place = 0
    while place < bytes.count {
      let length = (0..<8).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
      var event = Array(bytes[place + 21..<place + 12 + length])
      for name in ["second", "seconds"] {
        let mark = Array(name.utf8) + [0x15]
        for i in event.indices where event[i...].starts(with: mark) {
          for k in 0..<4 { event[i + mark.count + k] = 0 }
        }
      }
      events.append(event)
      place += length + 16
    }
    return events
  }
}

/// Small jobs of every kind.
enum SmallJobs {
  static func classifier(epochs: Int = 3, rows: TouchedRowsMode = .lazy) throws -> ClassifierJob {
    var settings = ClassifierJobSettings()
    settings.epochs = epochs
    settings.batch = 32
    settings.embeddedExamples = 160
    settings.validationShare = 0.2
    settings.model.units = 8
    settings.model.embeddingWidth = 4
    settings.model.dropout = 0.2
    settings.optimizer = OptimizerSettings(.momentum)
    settings.optimizer.learningRate = 0.05
    settings.optimizer.weightDecay = 0.001
    settings.optimizer.touchedRows = rows
    settings.optimizer.schedule = .plateau(fall: 0.5, patience: 0)
    settings.optimizer.clipNorm = 1
    return try ClassifierJob(settings: settings)
  }

  static func languageModel(_ folder: RunFolder) throws -> LanguageModelJob {
    let text = folder.file("text")
    if !FileManager.default.fileExists(atPath: text) {
      try write(Array(SmallTales(seed: 2).lines(60).joined(separator: "\n").utf8), to: text)
    }
    var settings = LanguageModelConfiguration.tiny.settings
    settings.epochs = 2
    settings.streams = 4
    settings.model.steps = 12
    settings.model.units = 12
    settings.model.filters = Array(settings.model.filters.prefix(2))
    return try LanguageModelJob(reading: LanguageModelFiles(text: text), settings: settings)
  }

  static func stems(_ folder: RunFolder, _ reader: TextReader = .characters) throws -> StemJob {
    let words = folder.file("words")
    if !FileManager.default.fileExists(atPath: words) {
      let lines = (0..<40).flatMap { stem in
        ["", "s", "ed", "ing"].map {
          "k\(Character(Unicode.Scalar(UInt8(97 + stem % 26))))n\(stem)\($0)\tk\(stem)"
        }
      }
      try write(Array(lines.joined(separator: "\n").utf8), to: words)
    }
    var settings = StemJobSettings()
    settings.epochs = 3
    settings.batch = 24
    settings.model.units = 8
    settings.model.width = 8
    settings.model.embeddingWidth = 4
    settings.model.reader = reader
    settings.model.ngramRows = 256
    settings.subsetSteps = 2
    return try StemJob(readingFile: words, settings: settings)
  }
}

/// A training in `path` that is killed after each of `kills` steps and goes on with other threads.
func train<Job: TrainingJob>(
  _ job: () throws -> Job, in path: String, kills: [Int] = [], _ options: TrainingOptions = TrainingOptions(),
  notes: ((String) -> Void)? = nil
) throws {
  var kills = kills[...]
  var isFirst = true
  while true {
    let kill = kills.popFirst()
    let observe: (TrainingEvent<Job>) throws -> TrainingDecision = { event in
      if case .step(let step, _) = event, step.number == kill { throw Kill() }
      if case .note(let text) = event { notes?(text) }
      return .goOn
    }
    do {
      if isFirst {
        try Training(job(), in: path, options: options, engine: Engine(threads: 1)).run(observe)
      } else {
        try Training<Job>.resume(
          in: path, engine: Engine(threads: kills.count % 2 + 1), { _ in try job() }, observe)
      }
      return
    } catch is Kill {
      isFirst = false
    }
  }
}
