import Foundation
import Sluice
import TestSupport
import Testing

@Suite("A checkpoint of a loop of one's own")
struct LoopCheckpointTests {
  private static let titles = ProgramGuide(seed: 7).texts(120)

  /// Trains for three epochs, or until so many steps are made, from where a checkpoint was written if there is one.
  private static func train(_ path: String, killAfter last: Int = .max) throws -> [UInt32] {
    func report(_ step: Int, _ loss: Float) throws { if step == last { throw Kill() } }
    let alphabet = Alphabet(of: titles)
    let examples = LabeledSequences(titles, alphabet: alphabet)
    var parameters = Parameters(seed: 7, engine: Engine(threads: 1))
    let embedding = try Embedding(rows: alphabet.count, width: 6, named: "embedding", in: &parameters)
    let gru = try GRU(inputs: 6, units: 8, named: "gru", in: &parameters)
    let output = try Linear(inputs: 8, outputs: titles.labelNames.count, named: "output", in: &parameters)
    let dropout = try Dropout(probability: 0.2, named: "dropout", in: &parameters)
    // BEGIN loop
    var tape = Tape(for: parameters)
    var optimizer = try Optimizer(.rmsprop(), for: parameters, touchedRows: .exact)
    var monitor = FlowMonitor(for: parameters)
    var batches = examples.batches(of: 32, shuffledBy: 7)
    var batch = LabeledBatch()
    var steps = 0
    batches.start(epoch: 1)
    if FileManager.default.fileExists(atPath: path) {
      try LoopCheckpoint.restore(from: path, parameters, &optimizer, &tape) { state in
        try state.read(part: "batches", into: &batches)
        try state.read(part: "monitor", into: &monitor)
        steps = try state.readInt()
      }
    }
    while batches.epoch <= 3 {
      while batches.next(into: &batch) {
        tape.reset()
        let letters = dropout(embedding(batch.symbols, &tape), &tape)
        let loss = crossEntropy(output(gru(letters, &tape).final, &tape), batch.labels, &tape)
        monitor.observeForward(tape, loss: tape.scalar(loss))
        tape.backward(from: loss, into: &parameters)
        monitor.observeBackward(tape, parameters)
        optimizer.step(&parameters, observed: monitor.gradients.summary)
        monitor.observeUpdate(parameters)
        steps += 1
        if steps % 4 == 0 {
          try LoopCheckpoint.write(to: path, parameters, optimizer, tape) { state in
            state.write(part: "batches", batches)
            state.write(part: "monitor", monitor)
            state.write(steps)
          }
        }
        try report(steps, tape.scalar(loss))
      }
      batches.start(epoch: batches.epoch + 1)
    }
    // END loop
    optimizer.settle(&parameters)
    var bits = parameters.handles.flatMap { parameters.values(of: $0).array.map(\.bitPattern) }
    bits += [monitor.loss.recent.bitPattern, UInt32(steps), UInt32(monitor.stepCount)]
    return bits
  }

  @Test("A loop that was killed twice goes on to the same bits, and its code is that of the page")
  func loop() throws {
    let folder = try RunFolder()
    let never = try Self.train(folder.file("never"))
    let path = folder.file("killed")
    for last in [6, 9] { #expect(throws: Kill.self) { _ = try Self.train(path, killAfter: last) } }
    #expect(try Self.train(path) == never)
    let page = try DocumentExample.document("Documentation/Reliability.md")
    #expect(page.contains(try DocumentExample.source("loop")))
  }

  @Test(
    "A file of something else, or of another model or loop, is named, and changes nothing that it does not fit"
  )
  func mismatch() throws {
    let folder = try RunFolder()
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    let output = try Linear(inputs: 2, outputs: 3, named: "output", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 10)
    var optimizer = try Optimizer(.adam(), for: parameters)
    try LoopCheckpoint.write(to: folder.file("a"), parameters, optimizer, tape) { $0.write(3) }
    func message(_ path: String, _ other: (inout StateReader) throws -> Void = { _ = try $0.readInt() })
      -> String
    {
      do {
        try LoopCheckpoint.restore(from: path, parameters, &optimizer, &tape, other)
        return "no error"
      } catch { return "\(error)" }
    }
    #expect(message(folder.file("a")) == "no error")
    #expect(message(folder.file("a"), { _ in }).contains("8 bytes more"))
    #expect(message(folder.file("a"), { _ = try $0.readText() }).contains("found"))
    #expect(message(folder.file("none")).contains("nothing at this path"))
    try parameters.write(to: folder.file("model"))
    #expect(message(folder.file("model")).contains("expected a checkpoint of a training loop"))
    let bytes = try contents(folder.file("a"))
    for count in stride(from: 0, to: bytes.count, by: 7) {
      try write(Array(bytes.prefix(count)), to: folder.file("cut"))
      #expect(message(folder.file("cut")) != "no error")
    }
    var others = Parameters(seed: 2, engine: Engine(threads: 1))
    _ = try Linear(inputs: 2, outputs: 4, named: "output", in: &others)
    var otherTape = Tape(for: others, capacity: 1 << 10)
    var otherOptimizer = try Optimizer(.adam(), for: others)
    let before = others.handles.map { others.values(of: $0).array }
    var text = ""
    do { try LoopCheckpoint.restore(from: folder.file("a"), others, &otherOptimizer, &otherTape) } catch {
      text = "\(error)"
    }
    #expect(text.contains("of shape") && others.handles.map { others.values(of: $0).array } == before)
    _ = output
  }
}
