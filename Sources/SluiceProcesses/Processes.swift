import CLibrary
import SluiceCore

/// The processes that train one model together, as one of them sees them: a plain value.
///
/// Alone it does nothing and costs nothing. Under a launcher of MPI, such as `mpiexec -n 4`, it is one of several:
///
///     var options = TrainingOptions()
///     options.processes = try Processes.launched()
///
/// Process 0 leads: it alone writes and prints. All have to be one program, with the same data and settings.
public struct Processes: Sendable {
  /// The number of this process, from 0.
  public let rank: Int
  /// How many there are.
  public let count: Int
  private let exchange: (any MessageExchange)?
  private let traffic: Traffic?
  /// How many of the processes run on this one's machine.
  package private(set) var countHere = 1
  /// Each process with its machine, for people to read; empty where there is one.
  package private(set) var places: [String] = []

  /// One process by itself.
  public static let alone = Processes(nil)

  init(_ exchange: (any MessageExchange)?) {
    self.exchange = exchange
    rank = exchange?.rank ?? 0
    count = exchange?.count ?? 1
    traffic = exchange == nil ? nil : Traffic()
  }

  /// The processes that a launcher of MPI has started, this one among them; `alone` where there was no launcher.
  ///
  /// To be called once, before anything starts threads. MPI is loaded at this point; see the guide "Several processes" for
  /// where it is looked for.
  ///
  /// - Throws: `ProcessError` under a launcher where no library is found, or one of another ABI, or one that does not start.
  public static func launched() throws(ProcessError) -> Processes {
    guard let launcher = Launcher.current else { return alone }
    var processes = Processes(try MPIExchange(startedBy: launcher))
    try processes.findPlaces()
    return processes
  }

  /// Whether this is the process that writes and prints.
  public var leads: Bool { rank == 0 }

  /// Ends the exchange where all have come to a good end: every process calls it.
  public func finish() { exchange?.finish() }

  /// Ends all processes, with an exit status for the launcher. Does nothing where there is one.
  public func abort(status: Int32) { exchange?.abort(status: status) }

  /// Finds out which processes are neighbors.
  private mutating func findPlaces() throws(ProcessError) {
    let own = Self.machine
    let machines = try gather(text: own)
    countHere = machines.count { $0 == own }
    places = try gather(text: "process \(rank) is \(getpid()) on \(own)")
  }

  private static var machine: String {
    var name = [CChar](repeating: 0, count: 256)
    let code = unsafe name.withUnsafeMutableBufferPointer { unsafe gethostname($0.baseAddress!, 255) }
    guard code == 0 else { return "this machine" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

// MARK: Messages

extension Processes {
  /// The bytes that this process has sent to others.
  package var sentBytes: Int { traffic?.bytes ?? 0 }

  /// Sends numbers to another process.
  package func send<Element>(_ values: Elements<Element>, to other: Int) throws(ProcessError) {
    guard let exchange, values.count > 0 else { return }
    traffic?.add(values.byteCount)
    try unsafe exchange.send(UnsafeRawBufferPointer(values.bytes), to: other)
  }

  /// Waits for numbers from another process, as many as there is room for.
  package func receive<Element>(_ values: Elements<Element>, from other: Int) throws(ProcessError) {
    guard let exchange, values.count > 0 else { return }
    try unsafe exchange.receive(values.bytes, from: other)
  }

  /// Sends numbers to another process and waits for some of its own, both at the same time. The other calls it too; one of the two may
  /// have none.
  package func trade<Element>(
    _ sent: Elements<Element>, for received: Elements<Element>, with other: Int
  ) throws(ProcessError) {
    guard let exchange else { return }
    traffic?.add(sent.byteCount)
    try unsafe exchange.trade(
      UnsafeRawBufferPointer(sent.bytes), for: received.bytes, with: other)
  }

  /// Gives the leader's numbers to all.
  package func broadcast<Element>(_ values: Elements<Element>) throws(ProcessError) {
    guard let exchange, values.count > 0 else { return }
    if leads { traffic?.add(values.byteCount * (count - 1)) }
    try unsafe exchange.broadcast(values.bytes)
  }

  /// Gives the leader's numbers to all, in an array that has as many everywhere. Allocates nothing.
  package func broadcast(_ values: inout [Int]) throws(ProcessError) {
    guard let exchange, !values.isEmpty else { return }
    if leads { traffic?.add(values.count * MemoryLayout<Int>.stride * (count - 1)) }
    try unsafe values.withUnsafeMutableBufferPointer { elements throws(ProcessError) in
      try unsafe exchange.broadcast(UnsafeMutableRawBufferPointer(elements))
    }
  }

  /// The leader's bytes, wherever it is called; what others give is of no importance.
  package func broadcast(bytes: [UInt8]) throws(ProcessError) -> [UInt8] {
    guard let exchange else { return bytes }
    var size = [bytes.count]
    try broadcast(&size)
    var all = leads ? bytes : Array(repeating: 0, count: size[0])
    guard size[0] > 0 else { return all }
    if leads { traffic?.add(size[0] * (count - 1)) }
    try unsafe all.withUnsafeMutableBufferPointer { elements throws(ProcessError) in
      try unsafe exchange.broadcast(UnsafeMutableRawBufferPointer(elements))
    }
    return all
  }

  /// Gives the elements that each process has to all. Allocates nothing.
  ///
  /// - Parameters:
  ///   - values: plain bytes, as many everywhere.
  ///   - bounds: process r has those from `bounds[r]` up to `bounds[r + 1]`, times `width`.
  package func gather<Element>(
    _ values: inout [Element], bounds: [Int], width: Int = 1, _ starts: inout [Int]
  ) throws(ProcessError) {
    guard let exchange, !values.isEmpty else { return }
    expect(
      _isPOD(Element.self) && bounds.count == count + 1 && bounds[count] * width == values.count,
      "Processes.gather", expected: "plain bytes and \(count + 1) bounds up to \(values.count)",
      got: "\(Element.self), \(bounds.count) bounds")
    let stride = MemoryLayout<Element>.stride * width
    starts.removeAll(keepingCapacity: true)
    for i in 0...count { starts.append(bounds[i] * stride) }
    traffic?.add((starts[rank + 1] - starts[rank]) * (count - 1))
    try unsafe values.withUnsafeMutableBufferPointer { elements throws(ProcessError) in
      try unsafe exchange.gather(UnsafeMutableRawBufferPointer(elements), starts: starts)
    }
  }

  /// The bytes of every process, in their order.
  package func gather(bytes: [UInt8]) throws(ProcessError) -> [[UInt8]] {
    guard count > 1 else { return [bytes] }
    var (counts, starts) = (Array(repeating: 0, count: count), [Int]())
    counts[rank] = bytes.count
    try gather(&counts, bounds: Array(0...count), &starts)
    var bounds = [0]
    for size in counts { bounds.append(bounds[bounds.count - 1] + size) }
    var all: [UInt8] = Array(repeating: 0, count: bounds[count])
    for (i, byte) in bytes.enumerated() { all[bounds[rank] + i] = byte }
    try gather(&all, bounds: bounds, &starts)
    return (0..<count).map { Array(all[bounds[$0]..<bounds[$0 + 1]]) }
  }

  /// The text of every process, in their order.
  package func gather(text: String) throws(ProcessError) -> [String] {
    try gather(bytes: Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Throws on all processes where one has failed: there its error, elsewhere one that is told there. Where several have, the
  /// first tells.
  package func agree(on failure: (any Error)? = nil) throws {
    guard count > 1 else {
      if let failure { throw failure }
      return
    }
    var (failed, starts) = (Array(repeating: UInt8(0), count: count), [Int]())
    failed[rank] = failure == nil ? 0 : 1
    try gather(&failed, bounds: Array(0...count), &starts)
    guard let first = failed.firstIndex(of: 1) else { return }
    if first == rank, let failure { throw failure }
    throw ProcessError(rank: first, "agreeing", "it has failed and says why", isToldElsewhere: true)
  }

  /// Throws on all processes where one has other values than the leader.
  ///
  /// - Parameter values: what has to be the same, each with its name in a sentence and what to do where it is not.
  package func confirm(_ values: [(name: String, value: String, advice: String)]) throws(ProcessError) {
    guard count > 1 else { return }
    for (name, value, advice) in values {
      let all = try gather(text: value)
      guard let other = all.firstIndex(where: { $0 != all[0] }) else { continue }
      let (expected, found) = Self.difference(all[0], all[other])
      throw ProcessError(
        rank: other, "starting",
        "expected the same \(name) as process 0, \(ScreenText.cut(expected, to: 200)), found "
          + "\(ScreenText.cut(found, to: 200)). \(advice)", isToldElsewhere: !leads)
    }
  }
}

extension Processes {
  /// Two texts from the member on in which they differ first, where they are too long to be shown whole: members end with a comma.
  private static func difference(_ one: String, _ other: String) -> (String, String) {
    let (a, b) = (Array(one.unicodeScalars), Array(other.unicodeScalars))
    guard max(a.count, b.count) > 100 else { return (one, other) }
    let same = zip(a, b).prefix { $0 == $1 }.count
    let start = a[..<same].lastIndex { $0 == "," || $0 == "{" }.map { $0 + 1 } ?? same
    func rest(_ scalars: [Unicode.Scalar]) -> String {
      // Up to the next member: what follows is no more than what else differs.
      let end = scalars[min(same, scalars.count)...].firstIndex { $0 == "," } ?? scalars.count
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[min(start, end)..<end])
      return "… \(String(text)) …"
    }
    return (rest(a), rest(b))
  }
}

extension Elements {
  fileprivate var byteCount: Int { count * MemoryLayout<Element>.stride }

  @unsafe fileprivate var bytes: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(start: pointer, count: byteCount)
  }
}
