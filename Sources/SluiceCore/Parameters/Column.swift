/// One more column over the parameters of a store, such as an accumulator of an optimizer, all zero at first.
///
/// A parameter has the same range here as in the column of values. A column is a window on its memory: copies of it show the same
/// elements, which are written through views of it.
public struct Column: Sendable {
  private let dense: Arena<Float>
  private let tables: Arena<Float>
  private let store: ParameterStore

  /// A column for `parameters`, which are sealed by it.
  public init(for parameters: borrowing Parameters, named name: String) {
    self.init(for: parameters, isSparse: false, named: name)
  }

  /// The same, and where `isSparse`, of tables only rows that occur are written: a row then takes a page of 4 KB, where all of the
  /// column would soon be in memory if it took one of 2 MB.
  package init(for parameters: borrowing Parameters, isSparse: Bool, named name: String) {
    store = parameters.store
    store.seal()
    dense = Arena<Float>(capacity: store.denseCount, named: name)
    tables = Arena<Float>(capacity: store.tableCount, reserving: 0, isSparse: isSparse, named: name)
  }

  /// The elements of one parameter.
  public subscript(parameter: ParameterHandle) -> Floats {
    let row = store.rows[store.index(parameter)]
    return row.updates == .dense ? dense[row.range] : tables[row.range]
  }

  /// A part of the dense region.
  public subscript(denseRange range: Range<Int>) -> Floats { dense[range] }

  /// Bytes of address space the column takes; memory is committed as it is first written.
  public var byteCount: Int { (dense.capacity + tables.capacity) * MemoryLayout<Float>.stride }
}

extension Parameters {
  /// The region of the dense parameters in the columns of values and gradients, gaps of alignment included.
  public var denseCount: Int { store.denseCount }

  /// A part of the dense region of the values.
  public func denseValues(_ range: Range<Int>) -> Floats { store.denseValues[range] }

  /// A part of the dense region of the gradients.
  public func denseGradients(_ range: Range<Int>) -> Floats { store.denseGradients[range] }

  /// Where the elements of a dense parameter are in every column, or nil for a table.
  ///
  /// - Complexity: O(1); allocates nothing.
  public func denseRange(of handle: ParameterHandle) -> Range<Int>? {
    let row = store.rows[index(handle)]
    return row.updates == .dense ? row.range : nil
  }

  /// The handle of the parameter at a place of the table, from 0 up to, not including, `count`.
  ///
  /// - Complexity: O(1); allocates nothing, unlike `handles`.
  public func handle(at i: Int) -> ParameterHandle {
    expect(
      i >= 0 && i < store.rows.count, "Parameters.handle",
      expected: "one of \(store.rows.count) parameters, counted from 0",
      got: "\(i)")
    return store.handle(i)
  }

  /// Whether these are the parameters that `column` was made for.
  public func owns(_ column: Column) -> Bool { column.belongs(to: store) }
}

extension Column {
  func belongs(to other: ParameterStore) -> Bool { store === other }
}

extension Parameters {
  /// The place of a parameter in the table, from 0 up to, not including, `count`.
  public func place(of handle: ParameterHandle) -> Int { index(handle) }
}
