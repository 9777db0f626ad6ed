import Sluice
import TestSupport
import Testing

@testable import SluiceProcesses

@Suite("Messages between processes")
struct MessageTests {
  @Test("Texts of different lengths come to all, in the order of the processes")
  func texts() throws {
    for count in [1, 2, 5] {
      let expected = (0..<count).map { String(repeating: "ä", count: 3 * $0) }
      let all = try InThreads.run(count) { try $0.gather(text: expected[$0.rank]) }
      #expect(all.allSatisfy { $0 == expected })
    }
  }

  @Test("The leader's bytes come to all, none as well as many")
  func bytes() throws {
    for size in [0, 1, 100_000] {
      let sent = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 7) }
      let got = try InThreads.run(3) { try $0.broadcast(bytes: $0.leads ? sent : [1, 2, 3]) }
      #expect(got.allSatisfy { $0 == sent })
    }
  }

  @Test(
    "Two trade what they have at the same time, one of them more than the other",
    arguments: [(0, 3), (5, 5), (7, 0)])
  func trade(_ counts: (Int, Int)) throws {
    let got = try InThreads.run(2) { processes in
      let arena = Arena<Float>(capacity: 32, named: "numbers")
      let (own, other) = processes.rank == 0 ? counts : (counts.1, counts.0)
      let (sent, received) = (arena[0..<own], arena[16..<16 + other])
      sent.fill(Float(processes.rank + 1))
      try processes.trade(sent, for: received, with: 1 - processes.rank)
      return received.array
    }
    #expect(got == [Array(repeating: 2, count: counts.1), Array(repeating: 1, count: counts.0)])
  }

  @Test("Of several that fail the first says why, and the others say that it is said there")
  func agreement() {
    struct Failure: Error {}
    let results = InThreads.attempt(4) { processes in
      try processes.agree(on: [1, 3].contains(processes.rank) ? Failure() : nil)
    }
    for (rank, result) in results.enumerated() {
      guard case .failure(let error) = result else {
        Issue.record("process \(rank) has not failed")
        continue
      }
      #expect((error is Failure) == (rank == 1))
      #expect((error as? ProcessError)?.isToldElsewhere == (rank == 1 ? nil : true))
    }
  }

  @Test("A process with other data is named, with what it has, by the leader alone")
  func otherData() {
    let results = InThreads.attempt(3) { processes in
      try processes.confirm([
        ("settings", "same", ""),
        ("data", processes.rank == 2 ? "b" : "a", "Give all the same file."),
      ])
    }
    for (rank, result) in results.enumerated() {
      guard case .failure(let error as ProcessError) = result else {
        Issue.record("process \(rank) has not failed")
        continue
      }
      #expect(error.isToldElsewhere == (rank > 0))
      #expect(
        error.description
          == "process 2, starting: expected the same data as process 0, a, found b. Give all the same file.")
    }
  }

  @Test(
    "Of long settings the one that differs first is shown",
    arguments: [
      ("\"b\":2", "\"b\":31", "… \"b\":2 …", "… \"b\":31 …"),
      ("\"b\":2", "\"c\":2", "… \"b\":2 …", "… \"c\":2 …"),
    ])
  func longSettings(_ own: String, _ other: String, _ expected: String, _ found: String) {
    @Sendable func settings(_ member: String) -> String {
      "{\"a\":\"\(String(repeating: "x", count: 300))\",\(member),\"d\":\"\(String(repeating: "y", count: 300))\"}"
    }
    let results = InThreads.attempt(2) { processes in
      try processes.confirm([("settings", settings(processes.leads ? own : other), "Give all the same.")])
    }
    for result in results {
      guard case .failure(let error as ProcessError) = result else {
        Issue.record("a process has not failed")
        continue
      }
      #expect(
        error.description
          == "process 1, starting: expected the same settings as process 0, \(expected), found \(found). Give all the same."
      )
    }
  }

  @Test("Who waits for a process that has ended gets an error")
  func ended() {
    struct Failure: Error {}
    let results = InThreads.attempt(3) { processes in
      if processes.rank == 1 { throw Failure() }
      _ = try processes.gather(text: "here")
    }
    for rank in [0, 2] {
      guard case .failure(let error) = results[rank] else {
        Issue.record("process \(rank) has not failed")
        continue
      }
      #expect(error is ProcessError)
    }
  }

  @Test("Without a launcher there is one process, and nothing is loaded")
  func alone() throws {
    #expect(Launcher.current == nil)
    let alone = try Processes.launched()
    #expect(alone.count == 1)
    #expect(alone.leads)
  }
}
