extension Tape {
  /// Packs a matrix into memory of this step, for products with many others.
  ///
  /// - Complexity: O(elements); allocates nothing.
  public mutating func pack(_ matrix: Matrix) -> PackedMatrix {
    let workspace = makeWorkspace(engine.packedCount(rows: matrix.rows, columns: matrix.columns))
    let packed = engine.packedMatrix(
      in: floats(workspace), rows: matrix.rows, columns: matrix.columns)
    engine.pack(matrix, into: packed)
    return packed
  }
}
