import CLibrary
import SluiceCore

/// Processes that a launcher of MPI has started, on one machine or several.
///
/// Every call is of the kind that returns at once, and is asked whether it is done: who waits gives its processor to others, which
/// matters where there are more processes than processors, and leaves it alone after some milliseconds.
final class MPIExchange: MessageExchange, @unchecked Sendable {
  let rank: Int
  let count: Int
  private let functions: MPIFunctions
  private var isFinished = false
  /// What a gathering is told: lengths and places by process.
  private var (lengths, places): ([Int32], [Int32])

  private static let tag: Int32 = 7
  /// The bytes that one message holds at most: counts are 32 bits wide.
  private static let longest = 1 << 30

  /// Loads MPI and takes part in it.
  init(startedBy launcher: Launcher) throws(ProcessError) {
    let functions = try MPIFunctions(in: try MPILibrary(for: launcher))
    var level: Int32 = 0
    let code = unsafe functions.initialize(nil, nil, MPIValue.funneled, &level)
    guard code == 0, level >= MPIValue.funneled else {
      throw ProcessError(
        rank: nil, "MPI_Init_thread",
        code == 0
          ? "expected a library for programs with threads, found one without"
          : "it failed with \(code). The launcher and the library have to be of one MPI.")
    }
    var (rank, size): (Int32, Int32) = (0, 1)
    _ = functions.setErrorHandler(MPIValue.world, MPIValue.errorsReturn)
    _ = unsafe functions.rank(MPIValue.world, &rank)
    _ = unsafe functions.size(MPIValue.world, &size)
    self.functions = functions
    self.rank = Int(rank)
    count = Int(size)
    lengths = Array(repeating: 0, count: Int(size))
    places = lengths
  }

  @unsafe func send(_ bytes: UnsafeRawBufferPointer, to other: Int) throws(ProcessError) {
    try inMessages(bytes.count, "MPI_Isend to process \(other)") { start, length, request in
      unsafe functions.send(
        bytes.baseAddress! + start, length, MPIValue.byte, Int32(other), Self.tag, MPIValue.world, &request)
    }
  }

  @unsafe func receive(_ bytes: UnsafeMutableRawBufferPointer, from other: Int) throws(ProcessError) {
    try inMessages(bytes.count, "MPI_Irecv from process \(other)") { start, length, request in
      unsafe functions.receive(
        bytes.baseAddress! + start, length, MPIValue.byte, Int32(other), Self.tag, MPIValue.world, &request)
    }
  }

  @unsafe func trade(
    _ sent: UnsafeRawBufferPointer, for received: UnsafeMutableRawBufferPointer, with other: Int
  ) throws(ProcessError) {
    func call() -> String { "MPI_Isend and MPI_Irecv with process \(other)" }
    var start = 0
    while start < max(sent.count, received.count) {
      let sentLength = max(min(sent.count - start, Self.longest), 0)
      let receivedLength = max(min(received.count - start, Self.longest), 0)
      var (coming, going) = (MPIValue.noRequest, MPIValue.noRequest)
      // Where one has no more to send than this, the other awaits no more.
      if receivedLength > 0 {
        let code = unsafe functions.receive(
          received.baseAddress! + start, Int32(receivedLength), MPIValue.byte, Int32(other), Self.tag,
          MPIValue.world, &coming)
        try check(code, call())
      }
      if sentLength > 0 {
        let code = unsafe functions.send(
          sent.baseAddress! + start, Int32(sentLength), MPIValue.byte, Int32(other), Self.tag, MPIValue.world,
          &going)
        try check(code, call())
      }
      // A request that there is none of is done at once.
      try finish(&coming, 0, call())
      try finish(&going, 0, call())
      start += Self.longest
    }
  }

  @unsafe func broadcast(_ bytes: UnsafeMutableRawBufferPointer) throws(ProcessError) {
    try unsafe broadcast(bytes, from: 0)
  }

  @unsafe private func broadcast(
    _ bytes: UnsafeMutableRawBufferPointer, from root: Int
  ) throws(ProcessError) {
    try inMessages(bytes.count, "MPI_Ibcast") { start, length, request in
      unsafe functions.broadcast(
        bytes.baseAddress! + start, length, MPIValue.byte, Int32(root), MPIValue.world, &request)
    }
  }

  /// Makes a call for each message that so many bytes take, and waits for it.
  private func inMessages(
    _ count: Int, _ call: @autoclosure () -> String,
    _ body: (_ start: Int, _ length: Int32, _ request: inout UInt) -> Int32
  ) throws(ProcessError) {
    var start = 0
    while start < count {
      let length = min(count - start, Self.longest)
      var request = MPIValue.noRequest
      let code = body(start, Int32(length), &request)
      try finish(&request, code, call())
      start += length
    }
  }

  @unsafe func gather(_ bytes: UnsafeMutableRawBufferPointer, starts: [Int]) throws(ProcessError) {
    guard bytes.count <= Self.longest else {
      // One call could not say where each part lies.
      for root in 0..<count {
        try unsafe broadcast(
          UnsafeMutableRawBufferPointer(rebasing: bytes[starts[root]..<starts[root + 1]]), from: root)
      }
      return
    }
    for i in 0..<count {
      lengths[i] = Int32(starts[i + 1] - starts[i])
      places[i] = Int32(starts[i])
    }
    var request = MPIValue.noRequest
    // Both have to stay where they are until the call is done.
    try unsafe lengths.withUnsafeBufferPointer { lengths throws(ProcessError) in
      try unsafe places.withUnsafeBufferPointer { places throws(ProcessError) in
        let code = unsafe functions.gather(
          MPIValue.inPlace, 0, MPIValue.byte, bytes.baseAddress, lengths.baseAddress!, places.baseAddress!,
          MPIValue.byte, MPIValue.world, &request)
        try finish(&request, code, "MPI_Iallgatherv")
      }
    }
  }

  func abort(status: Int32) { _ = functions.abort(MPIValue.world, status) }

  func finish() {
    if isFinished { return }
    isFinished = true
    _ = functions.finalize()
  }

  // MARK: Waiting

  /// How often is asked before others get the processor, and before this process sleeps between two questions.
  private static let patience = (looking: 300, yielding: 30_000)
  private static let pauseMicroseconds: UInt32 = 50

  /// Waits until a call is done.
  private func finish(_ request: inout UInt, _ code: Int32, _ call: @autoclosure () -> String)
    throws(ProcessError)
  {
    try check(code, call())
    var questions = 0
    while true {
      var isDone: Int32 = 0
      try check(unsafe functions.test(&request, &isDone, nil), call())
      if isDone != 0 { return }
      questions += 1
      if questions > Self.patience.yielding {
        usleep(Self.pauseMicroseconds)
      } else if questions > Self.patience.looking {
        sched_yield()
      }
    }
  }

  /// Throws for a code that is none of success.
  private func check(_ code: Int32, _ call: @autoclosure () -> String) throws(ProcessError) {
    guard code != 0 else { return }
    var text = [CChar](repeating: 0, count: MPIValue.longestErrorText + 1)
    var length: Int32 = 0
    _ = unsafe text.withUnsafeMutableBufferPointer {
      unsafe functions.errorText(code, $0.baseAddress!, &length)
    }
    let said = String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    throw ProcessError(rank: rank, call(), "it failed: \(ScreenText.line(said))")
  }
}
