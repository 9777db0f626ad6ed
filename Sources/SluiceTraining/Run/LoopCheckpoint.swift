import SluiceCore
import SluiceModels
import SluiceOptimizers
import SluiceStorage

/// A checkpoint of a training loop of one's own: everything that changes, in one file that appears whole or not at all. A `Training` does
/// all of this by itself.
///
/// ```swift
/// try LoopCheckpoint.write(to: "mine.safetensors", parameters, optimizer, tape) { state in
///   state.write(part: "batches", batches)
///   state.write(part: "monitor", monitor)
/// }
/// // In another process, after everything was made in the same way:
/// try LoopCheckpoint.restore(from: "mine.safetensors", parameters, &optimizer, &tape) { state in
///   try state.read(part: "batches", into: &batches)
///   try state.read(part: "monitor", into: &monitor)
/// }
/// ```
///
/// The loop then goes on to the bits that it would have had without. What belongs to it beside parameters, optimizer and tape, such as
/// `Batches`, a `RecurrentState`, a `FlowMonitor`, or numbers of its own, is written and read by the closures, in the same order.
public enum LoopCheckpoint {
  private static var versionKey: CodePoints { "sluice.loop" }
  private static var stateKey: CodePoints { "sluice.state" }

  /// Writes a checkpoint, between two steps. The one before stays until this one is whole and on the device.
  ///
  /// - Parameters:
  ///   - path: the file to write.
  ///   - other: writes what else changes.
  /// - Throws: `StorageError`, after which the file is what it was before.
  /// - Complexity: writes the parameters and accumulators from where they lie, and computes a checksum of them.
  public static func write(
    to path: String, _ parameters: borrowing Parameters, _ optimizer: borrowing Optimizer,
    _ tape: borrowing Tape, _ other: (inout StateWriter) -> Void = { _ in }
  ) throws(StorageError) {
    var state = StateWriter()
    state.write(tape.step)
    state.write(part: "optimizer") { optimizer.write(to: &$0, parameters) }
    state.write(part: "other", other)
    try SafetensorsFile.write(
      tensors(parameters, optimizer),
      metadata: [versionKey: SluiceVersion.current, stateKey: Base64.text(of: state.bytes)],
      withChecksum: true, to: path)
  }

  /// Puts everything back to where a checkpoint was written.
  ///
  /// - Parameters:
  ///   - path: the file that was written.
  ///   - other: reads what the closure of `write` wrote, in the same order.
  /// - Throws: `StorageError` for a file that is damaged, of another version or of other parameters, before anything has changed; and,
  ///   when a part of it may have, for a state of other things than these, with what `other` throws in its words.
  public static func restore(
    from path: String, _ parameters: borrowing Parameters, _ optimizer: inout Optimizer, _ tape: inout Tape,
    _ other: (inout StateReader) throws -> Void = { _ in }
  ) throws(StorageError) {
    let file = try SafetensorsFile(path: path)
    try file.verify()
    guard let version = file.metadata[versionKey], file.checksum != nil,
      let bytes = file.metadata[stateKey].flatMap({ Base64.bytes(of: $0) })
    else {
      throw StorageError(
        .unsupported, path: path, expected: "a checkpoint of a training loop", found: "another file",
        advice: "Give a file that LoopCheckpoint.write has written.")
    }
    guard version == SluiceVersion.current else {
      throw StorageError(
        .unsupported, path: path, expected: "a checkpoint of version \(SluiceVersion.current)",
        found: "one of \(ScreenText.quoted(version))", advice: "Go on with the version that wrote it.")
    }
    let tensors = tensors(parameters, optimizer)
    guard file.tensors.count == tensors.count else {
      throw StorageError(
        .mismatch, path: path, expected: "\(tensors.count) tensors of parameters and accumulators",
        found: "\(file.tensors.count)", advice: "The file belongs to another model or optimizer.")
    }
    for tensor in tensors { try file.check(tensor.name, shape: tensor.shape) }
    for tensor in tensors { try file.read(tensor.name, shape: tensor.shape, into: tensor.values) }
    do {
      var state = StateReader(bytes)
      tape.step = try state.readUInt64()
      var own = try state.read(part: "optimizer")
      try optimizer.restore(from: &own, parameters)
      try own.end(of: "optimizer")
      var inside = try state.read(part: "other")
      try other(&inside)
      try inside.end(of: "other")
    } catch let error as StateError {
      throw StorageError(
        .mismatch, path: path, expected: error.expected, found: error.found,
        advice: "The checkpoint belongs to a loop of other parts.")
    } catch {
      throw StorageError(
        .mismatch, path: path, expected: "a state that the loop can take", found: "\(error)")
    }
  }

  /// All parameters and accumulators, views where they lie. Rows of exact tables stay as they are; what they are owed is in the state.
  private static func tensors(
    _ parameters: borrowing Parameters, _ optimizer: borrowing Optimizer
  ) -> [NamedTensor] {
    var tensors: [NamedTensor] = []
    for handle in parameters.handles {
      let row = parameters[handle]
      tensors.append(
        NamedTensor("values/\(row.name)", shape: row.shape.array, parameters.values(of: handle)))
    }
    for accumulator in optimizer.unsettledAccumulatorTensors(parameters) {
      tensors.append(
        NamedTensor("accumulators/\(accumulator.name)", shape: accumulator.shape.array, accumulator.values))
    }
    return tensors
  }
}
