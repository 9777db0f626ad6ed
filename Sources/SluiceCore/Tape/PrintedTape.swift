import Synchronization

/// What of a tape a tensor is printed from.
///
/// A tensor is a handle and holds no values; that printing one says what is in it is worth a way back to its tape. The
/// way is taken for printing only.
final class PrintedTape: @unchecked Sendable {
  /// The step that the tape is in.
  var generation: UInt32
  private let values: GrowingArena<Float>
  /// The tape's own table, which grows; this is a copy of where it is.
  var tensors: FixedTable<TensorRow>

  /// The last tapes there are, by the part of the generation that does not change with the steps.
  private static let tapes = Mutex<[UInt32: Reference]>([:])

  private struct Reference {
    weak var tape: PrintedTape?
  }

  init(_ values: GrowingArena<Float>, _ tensors: FixedTable<TensorRow>, _ generation: UInt32) {
    self.values = values
    self.tensors = tensors
    self.generation = generation
    Self.tapes.withLock { $0[generation >> 20] = Reference(tape: self) }
  }

  deinit {
    let key = generation >> 20
    Self.tapes.withLock { tapes in
      if tapes[key]?.tape == nil { tapes[key] = nil }
    }
  }

  /// The tape whose current step made `tensor`, or nil if it has gone on or is gone.
  static func of(_ tensor: Tensor) -> PrintedTape? {
    let tape = tapes.withLock { $0[tensor.generation >> 20]?.tape }
    return tape?.generation == tensor.generation ? tape : nil
  }

  func description(of tensor: Tensor) -> String {
    let row = tensors.row(everAt: Int(tensor.index))
    let text = PrintedFloats(values[row.start..<row.start + row.shape.count], row.shape).text
    return "Tensor \(row.shape):" + (row.shape.rank > 1 ? "\n" : " ") + text
  }
}

extension Tensor: CustomStringConvertible {
  /// Shape and values, such as `Tensor [2]: [0.5, 1.0]`, a matrix row by row; of more than 1,000 values the first and last
  /// of each dimension. Once the tape has been reset there are none, and it says so.
  ///
  /// To be asked on the thread that runs the tape. Allocates; meant for looking into a step.
  public var description: String {
    PrintedTape.of(self)?.description(of: self) ?? "Tensor of an earlier step, whose values are gone"
  }
}

/// Values in nested brackets, as NumPy prints them.
struct PrintedFloats {
  private let floats: Floats
  private let shape: Shape
  /// How many elements at each end of a dimension are shown where there are too many.
  private let ends: Int?

  init(_ floats: Floats, _ shape: Shape) {
    self.floats = floats
    self.shape = shape
    ends = floats.count > 1000 ? 3 : nil
  }

  var text: String { text(axis: 0, start: 0, count: floats.count) }

  /// The elements of one place of the dimensions before `axis`.
  private func text(axis: Int, start: Int, count: Int) -> String {
    if axis == shape.rank { return "\(floats[start])" }
    let extent = shape[axis]
    let each = extent == 0 ? 0 : count / extent
    var parts: [String] = []
    for i in 0..<extent {
      if let ends, extent > 2 * ends, i >= ends, i < extent - ends {
        if i == ends { parts.append("…") }
        continue
      }
      parts.append(text(axis: axis + 1, start: start + i * each, count: each))
    }
    let isLast = axis == shape.rank - 1
    let separator = isLast ? ", " : ",\n" + String(repeating: " ", count: axis + 1)
    return "[" + parts.joined(separator: separator) + "]"
  }
}
