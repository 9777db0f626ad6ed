import CLibrary
import Synchronization

/// Processes that are threads of one: what they send is copied from the one's memory to the other's.
///
/// For tests: all that several processes do can be run and looked at in one.
final class MemoryExchange: MessageExchange {
  /// What the threads share.
  final class Room: Sendable {
    fileprivate struct Mail: Sendable {
      /// By sender and receiver, what was sent and not taken yet.
      var boxes: [[[UInt8]]]
      /// Who is gone: nothing more comes from there.
      var isGone: [Bool]
    }

    let count: Int
    fileprivate let mail: Mutex<Mail>

    init(_ count: Int) {
      self.count = count
      mail = Mutex(
        Mail(
          boxes: Array(repeating: [], count: count * count), isGone: Array(repeating: false, count: count)))
    }
  }

  let rank: Int
  private let room: Room
  var count: Int { room.count }

  init(_ room: Room, rank: Int) {
    self.room = room
    self.rank = rank
  }

  @unsafe func send(_ bytes: UnsafeRawBufferPointer, to other: Int) throws(ProcessError) {
    let copy = unsafe Array(bytes)
    room.mail.withLock { $0.boxes[rank * count + other].append(copy) }
  }

  @unsafe func receive(_ bytes: UnsafeMutableRawBufferPointer, from other: Int) throws(ProcessError) {
    let box = other * count + rank
    var taken: [UInt8] = []
    try wait("receive") { mail in
      if mail.boxes[box].isEmpty { return mail.isGone[other] ? nil : false }
      taken = mail.boxes[box].removeFirst()
      return true
    }
    guard taken.count == bytes.count else {
      throw ProcessError(
        rank: rank, "receive", "expected \(bytes.count) bytes from process \(other), got \(taken.count)")
    }
    unsafe bytes.copyBytes(from: taken)
  }

  @unsafe func trade(
    _ sent: UnsafeRawBufferPointer, for received: UnsafeMutableRawBufferPointer, with other: Int
  ) throws(ProcessError) {
    try unsafe send(sent, to: other)
    try unsafe receive(received, from: other)
  }

  @unsafe func broadcast(_ bytes: UnsafeMutableRawBufferPointer) throws(ProcessError) {
    if rank > 0 { return try unsafe receive(bytes, from: 0) }
    for other in 1..<max(count, 1) { try unsafe send(UnsafeRawBufferPointer(bytes), to: other) }
  }

  @unsafe func gather(_ bytes: UnsafeMutableRawBufferPointer, starts: [Int]) throws(ProcessError) {
    for other in 0..<count where other != rank {
      try unsafe send(UnsafeRawBufferPointer(rebasing: bytes[starts[rank]..<starts[rank + 1]]), to: other)
    }
    for other in 0..<count where other != rank {
      try unsafe receive(
        UnsafeMutableRawBufferPointer(rebasing: bytes[starts[other]..<starts[other + 1]]), from: other)
    }
  }

  /// Whoever waits for this one gets an error.
  func abort(status: Int32) { room.mail.withLock { $0.isGone[rank] = true } }
  func finish() {}

  /// Asks until the answer is yes; nil says that it will never be.
  private func wait(_ call: String, _ isDone: (inout Room.Mail) -> Bool?) throws(ProcessError) {
    while true {
      switch room.mail.withLock({ isDone(&$0) }) {
      case true: return
      case nil: throw ProcessError(rank: rank, call, "another process has ended")
      default: sched_yield()
      }
    }
  }
}

extension Processes {
  /// Processes that are threads of this one, for tests.
  package static func threads(_ count: Int) -> [Processes] {
    let room = MemoryExchange.Room(count)
    return (0..<count).map { Processes(MemoryExchange(room, rank: $0)) }
  }
}
