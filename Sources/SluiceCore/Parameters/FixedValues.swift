import Synchronization

/// The values of a model in use, which do not change any more: where they lie, and what is made of them once for all
/// answers, such as packed weights.
///
/// A model that is trained has none of this: its values lie in the columns of the store and are packed in every step.
/// Several threads may ask at a time, each with a tape of its own.
final class FixedValues: Sendable {
  /// Where the values of each parameter lie, by its place.
  let sources: [FixedSource]
  private let made = Mutex<[Key: Floats]>([:])
  private let packed = Mutex<[Key: PackedMatrix]>([:])

  private struct Key: Hashable {
    let parameter: Int
    let use: FixedUse
  }

  init(_ sources: [FixedSource]) { self.sources = sources }

  /// What was kept of a parameter for a use; nil before.
  func floats(_ parameter: Int, _ use: FixedUse) -> Floats? {
    made.withLock { $0[Key(parameter: parameter, use: use)] }
  }

  /// Keeps what was made of a parameter. Of two threads that made the same, the one that comes later is kept.
  func keep(_ floats: Floats, _ parameter: Int, _ use: FixedUse) {
    made.withLock { $0[Key(parameter: parameter, use: use)] = floats }
  }

  /// Rows of a matrix as packed columns, made by `make` when they are first asked for.
  func packed(_ parameter: Int, _ use: FixedUse, _ make: () -> PackedMatrix) -> PackedMatrix {
    packed.withLock { packed in
      let key = Key(parameter: parameter, use: use)
      if let matrix = packed[key] { return matrix }
      let matrix = make()
      packed[key] = matrix
      return matrix
    }
  }

  /// The values of a parameter where they are not in the columns of the store. Bytes become floats, once, for what cannot compute
  /// with them as they are.
  func values(_ parameter: Int) -> Floats? {
    switch sources[parameter] {
    case .column: return nil
    case .floats(let floats): return floats
    case .bytes(let rows):
      if let floats = floats(parameter, .values) { return floats }
      let floats = Arena<Float>(capacity: rows.bytes.count, named: "fixed values")[0..<rows.bytes.count]
      rows.copy(into: floats)
      keep(floats, parameter, .values)
      return floats
    }
  }
}

/// Where the values of a parameter lie that do not change any more.
package enum FixedSource: Sendable {
  /// In the columns of the store.
  case column
  /// In memory of their own, such as a file that is mapped.
  case floats(Floats)
  /// As bytes with a scale for each row.
  case bytes(ByteRows)
}

/// What is made of a parameter's values for all answers.
package enum FixedUse: Hashable, Sendable {
  /// The floats that bytes stand for.
  case values
  /// Some rows as the columns of a packed matrix.
  case packed(Range<Int>)
  /// All rows, those of each share of the units side by side, for so many shares.
  case packedShares(Int)
  /// What each row of a table adds to the gates of a recurrent layer whose input weight the parameter is.
  case gates(table: ParameterHandle)
}

extension Parameters {
  /// Ends all changes of the values: nothing is trainable any more, and what answers need of the values is made once and
  /// kept. No tape, optimizer or column may have been made before.
  ///
  /// - Parameter sources: where the values of each parameter lie, in the order of the handles.
  package mutating func fix(_ sources: [FixedSource]) {
    expect(
      !store.isSealed && sources.count == count, "Parameters.fix",
      expected: "a place for the values of each of \(count) parameters, before they are used",
      got: "\(sources.count)")
    store.fix(sources)
  }

  /// The same parameters for another thread, which may use them while this one does: their values are fixed.
  package borrowing func shared() -> Parameters {
    expect(
      store.fixed != nil, "Parameters.shared", expected: "values that are fixed", got: "some that may change")
    return Parameters(sharing: store)
  }
}

extension Tape {
  /// Whether the values of the parameters do not change any more.
  package var hasFixedValues: Bool { store.fixed != nil }

  /// What was made of a parameter and kept; nil where nothing was.
  package func fixed(_ use: FixedUse, of parameter: ParameterHandle) -> Floats? {
    store.fixed?.floats(store.index(parameter), use)
  }

  /// Keeps what was made of a parameter's values, for all tapes. Does nothing where the values may change.
  package func keep(_ floats: Floats, _ use: FixedUse, of parameter: ParameterHandle) {
    store.fixed?.keep(floats, store.index(parameter), use)
  }

  /// Memory for what is made once and kept: of the step where the values may change, or where it is only planned.
  package mutating func makeFixed(_ count: Int) -> Floats {
    guard hasFixedValues, !isPlanning else { return floats(makeWorkspace(count)) }
    return Arena<Float>(capacity: count, named: "fixed values")[0..<count]
  }

  /// Some columns of the transposed matrix of a weight, packed once; nil where its values may change.
  ///
  /// - Parameters:
  ///   - rows: the rows of the matrix as it is stored, row-major.
  ///   - range: which of these rows are packed as columns.
  package func fixedPacked(_ weight: Weight, rows: Int, columns: Int, _ range: Range<Int>) -> PackedMatrix? {
    fixedPacked(weight, rows: rows, columns: columns, .packed(range)) { [range] }
  }

  /// The same of rows in an order that the use tells.
  ///
  /// - Parameter order: all rows that are packed as columns, range after range; asked when they are first packed.
  package func fixedPacked(
    _ weight: Weight, rows: Int, columns: Int, _ use: FixedUse, _ order: () -> [Range<Int>]
  ) -> PackedMatrix? {
    guard hasFixedValues, case .parameter(let parameter) = weight else { return nil }
    // Where a step is only planned this is done all the same, by what will compute: its memory is none of the tape's.
    let (engine, index) = (store.engine, store.index(parameter))
    return store.fixed?.packed(index, use) {
      let ranges = order()
      if let bytes = bytes(of: parameter) {
        return bytes.packed(ranges, panelWidth: engine.kernels.product.panelWidth)
      }
      let all = Matrix(store.values(index), rows: rows, columns: columns)
      if ranges.count == 1 { return Self.packed(all.transposed[columns: ranges[0]], engine) }
      let chosen = ranges.reduce(0) { $0 + $1.count }
      let ordered = Arena<Float>(capacity: chosen * columns, named: "rows in order")[0..<chosen * columns]
      var row = 0
      for range in ranges {
        ordered[row * columns..<(row + range.count) * columns].copy(
          from: all.floats[range.lowerBound * columns..<range.upperBound * columns])
        row += range.count
      }
      return Self.packed(Matrix(ordered, rows: chosen, columns: columns).transposed, engine)
    }
  }

  /// A packed matrix in memory of its own.
  private static func packed(_ matrix: Matrix, _ engine: Engine) -> PackedMatrix {
    let count = engine.packedCount(rows: matrix.rows, columns: matrix.columns)
    let packed = engine.packedMatrix(
      in: Arena<Float>(capacity: count, named: "fixed values")[0..<count], rows: matrix.rows,
      columns: matrix.columns)
    engine.pack(matrix, into: packed)
    return packed
  }

  /// The values of a parameter as bytes, if that is how they are stored.
  package func bytes(of parameter: ParameterHandle) -> ByteRows? {
    guard case .bytes(let rows) = store.fixed?.sources[store.index(parameter)] else { return nil }
    return rows
  }
}
