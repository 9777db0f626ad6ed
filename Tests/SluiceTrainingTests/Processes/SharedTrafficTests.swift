import Sluice
import SluiceProcesses
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("What several processes send")
struct SharedTrafficTests {
  /// What one process saw of some steps.
  private struct Seen: Sendable {
    var sent = 0
    /// By step, what all processes together may send: the gradient up and down each edge of the tree.
    var bound = 0
  }

  /// Makes so many steps as one of several processes.
  private static func make(_ steps: Int, _ processes: Processes) throws -> Seen {
    var trainer = try Trainer(
      SharedJobs.classifier(shards: 8) { $0.model.units = 64 }, engine: Engine(threads: 1),
      processes: processes)
    guard processes.leads else {
      try trainer.awaitShare()
      let before = processes.sentBytes
      _ = try trainer.follow(while: { true })
      return Seen(sent: processes.sentBytes - before)
    }
    var seen = Seen()
    try trainer.lead(.share)
    try trainer.share(isRestored: false)
    let before = processes.sentBytes
    var made = 0
    var epoch = 0
    while made < steps {
      epoch += 1
      try trainer.lead(.start, epoch)
      trainer.start(epoch: epoch)
      while made < steps {
        try trainer.lead(.step)
        guard try trainer.advance() != nil else { break }
        made += 1
        var bytes = 4 * trainer.parameters.denseCount
        for handle in trainer.parameters.handles where trainer.parameters[handle].updates == .touchedRows {
          let touched = trainer.parameters.touchedRows(of: handle)
          bytes += 4 * (touched.rowIDs.count + touched.rowGradients.count)
        }
        seen.bound += 2 * (processes.count - 1) * bytes
      }
    }
    try trainer.lead(.end)
    seen.sent = processes.sentBytes - before
    return seen
  }

  @Test(
    "Steps send at most 1.1 times the dense gradient and the rows that occurred, up and down each edge between processes",
    arguments: [2, 4, 8])
  func bound(count: Int) throws {
    let seen = try InThreads.run(count) { try Self.make(12, $0) }
    let sent = seen.reduce(0) { $0 + $1.sent }
    let bound = seen.reduce(0) { $0 + $1.bound }
    let ratio = Double(sent) / Double(bound)
    #expect(ratio <= 1.1, "\(count) processes sent \(sent) bytes, \(ratio) of \(bound)")
    // Less than the dense gradients alone is counted wrong.
    #expect(ratio > 0.9, "\(count) processes sent \(sent) bytes, \(ratio) of \(bound)")
  }
}
