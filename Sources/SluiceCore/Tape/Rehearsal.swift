/// What stands for the parameters while a step is planned: memory that reads as zeros and is that of none of them, and the
/// marks of gradients, so that those of the parameters stay as they are.
final class Rehearsal {
  /// An engine that computes nothing.
  let engine: Engine
  /// What every parameter's values are read from. No operation writes there.
  private var blanks: [Arena<Float>] = []
  /// Where all gradients go.
  private var drains: [Arena<Float>] = []
  /// The dense parameters that got a gradient.
  private var reached: Set<Int> = []
  /// The rows of each table that got a gradient, at most, and the floats for it.
  private var touched: [Int: (rows: Int, floats: Int)] = [:]

  init(_ engine: Engine) { self.engine = engine }

  /// The floats that the gradients of all tables take.
  var tableGradients: Int { touched.values.reduce(0) { $0 + $1.floats } }

  /// What a parameter of so many elements is read from.
  func values(_ count: Int) -> Floats { Self.view(count, of: &blanks) }

  /// Where a gradient of a dense parameter is to be put.
  func contribution(to parameter: Int, count: Int) -> Contribution {
    Contribution(
      floats: Self.view(count, of: &drains), accumulate: !reached.insert(parameter).inserted,
      isPlanned: true)
  }

  /// Takes of `scratch` what adding to the gradient of a table would take for so many ids, which may all differ.
  func touch(_ table: Int, _ shape: Shape, ids: Int, _ scratch: Arena<Int32>) {
    Tables.reserve(ids: ids, in: scratch)
    // A second set of rows is merged with the first into other memory.
    let before = touched[table]
    let rows = min(ids + (before?.rows ?? 0), shape.rows)
    touched[table] = (rows, (shape.width + 1) * rows * (before == nil ? 1 : 2))
  }

  /// A view of the last and largest of `arenas`, or of a larger one. The others stay, for there are views of them.
  private static func view(_ count: Int, of arenas: inout [Arena<Float>]) -> Floats {
    if let largest = arenas.last, largest.capacity >= count { return largest[0..<count] }
    let larger = Arena<Float>(capacity: max(count, 2 * (arenas.last?.capacity ?? 0)), named: "planning")
    arenas.append(larger)
    return larger[0..<count]
  }
}
