import Foundation
import Sluice
import Testing

@testable import SluiceCommand

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Going on with a training by command", .serialized)
final class ResumeCommandTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The program as it was built beside the tests.
  private static let program: String? = {
    let beside = Bundle.main.bundleURL.appendingPathComponent("sluice").path
    if FileManager.default.isExecutableFile(atPath: beside) { return beside }
    var folder = URL(fileURLWithPath: #filePath)
    while folder.path != "/",
      !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
    {
      folder.deleteLastPathComponent()
    }
    #if DEBUG
      let path = folder.appendingPathComponent(".build/debug/sluice").path
    #else
      let path = folder.appendingPathComponent(".build/release/sluice").path
    #endif
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  private func sluiceRun(_ arguments: [String]) -> (status: Int32, error: String) {
    var errors: [String] = []
    let status = sluice.run(arguments, output: { _ in }, error: { errors.append($0) })
    return (status, errors.joined(separator: "\n"))
  }

  private func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  private func arguments(_ out: String) -> [String] {
    [
      "train", "classifier", "--out", out, "--reader", "characters", "--examples", "600", "--batch", "16",
      "--epochs", "3", "--units",
      "12",
      "--embedding", "6", "--dropout", "0.2", "--touched-rows", "exact", "--optimizer", "momentum",
      "--learning-rate",
      "0.05", "--checkpoint-every", "2steps", "--quiet",
    ]
  }

  private func checkpoints(_ out: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: out)) ?? []).filter { $0.hasPrefix("checkpoint-") }
  }

  /// Runs the program, and kills it after a moment; whether it had ended by then.
  private func run(_ arguments: [String], killAfter seconds: Double) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.program))
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let end = Date().addingTimeInterval(seconds)
    while process.isRunning, Date() < end { usleep(2_000) }
    let hasEnded = !process.isRunning
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    if hasEnded { #expect(process.terminationStatus == 0) }
    return hasEnded
  }

  @Test("A dozen kills leave a training that goes on to the same bits", .enabled(if: program != nil))
  func killed() throws {
    let (never, out) = (folder + "/never", folder + "/out")
    let began = Date()
    #expect(try run(arguments(never), killAfter: 120))
    let whole = Date().timeIntervalSince(began)
    var hasEnded = false
    for kill in 0..<12 where !hasEnded {
      let command =
        checkpoints(out).isEmpty
        ? arguments(out) : ["resume", out, "--quiet", "--threads", "\(kill % 3 + 1)"]
      hasEnded = try run(command, killAfter: whole * (0.12 + 0.03 * Double(kill * 5 % 8)))
      #expect(checkpoints(out).count <= 2)
    }
    while !hasEnded { hasEnded = try run(["resume", out, "--quiet"], killAfter: 120) }
    #expect(try contents(out + "/model.safetensors") == contents(never + "/model.safetensors"))
    for name in ["/flow.svg", "/examination.json"] {
      #expect(try contents(out + name) == contents(never + name))
    }
    func log(_ path: String) throws -> [String] {
      try MetricsReader.lines(of: path + "/metrics.jsonl").map { line in
        line.values.members.filter { $0.key != "seconds" && !$0.key.hasSuffix("_per_second") }
          .map { "\($0)" }.joined()
      }
    }
    #expect(try log(out) == log(never))
    let left = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
    #expect(
      left == [
        "examination.json", "flow.svg", "metrics.jsonl", "model.safetensors", "optimizer.safetensors",
        "run.json",
      ])
  }

  @Test("What cannot be gone on with ends with status 1 and one line; wrong usage with 64")
  func refused() throws {
    let out = folder + "/run"
    #expect(sluiceRun(["resume", out]).status == 1)
    #expect(!FileManager.default.fileExists(atPath: out))
    #expect(sluiceRun(["resume"]).status == 64)
    #expect(sluiceRun(["resume", out, "--epochs", "9"]).status == 64)
    for value in ["0s", "steps", "1m", ""] {
      #expect(sluiceRun(["train", "classifier", "--out", out, "--checkpoint-every", value]).status == 64)
    }
    let together = sluiceRun([
      "train", "classifier", "--out", out, "--on-spike", "rollback", "--checkpoint-every", "never",
    ])
    #expect(together.status == 64 && together.error.contains("needs checkpoints to go back to"))
    #expect(sluiceRun(arguments(out)).status == 0)
    let done = sluiceRun(["resume", out])
    #expect(done.status == 1 && done.error.contains("That training has ended") && !done.error.contains("\n"))
  }

  @Test("A checkpoint of a job that the program does not know is named, and nothing changes")
  func unknownJob() throws {
    let out = folder + "/run"
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    let header =
      "{\"format\":\"sluice checkpoint 1\",\"job\":\"poet\",\"step\":3,\"instructionSet\":\"avx2\"}"
    try SafetensorsFile.write(
      [], metadata: [RunDirectory.checkpointKey: header], withChecksum: true,
      to: out + "/checkpoint-3.safetensors")
    let result = sluiceRun(["resume", out])
    #expect(
      result.status == 1 && result.error.contains("found one of 'poet'") && !result.error.contains("\n"))
    #expect(checkpoints(out).count == 1)
  }
}
