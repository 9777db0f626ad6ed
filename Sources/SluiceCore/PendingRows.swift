/// Who still owes some rows of a table an update: an optimizer that moves untouched rows only when they are
/// next needed.
public protocol PendingRows: AnyObject, Sendable {
  /// Brings the rows up to date. Ids may repeat, in any order.
  func settle(_ rows: Indices)
  /// Brings all rows up to date.
  func settleAll()
}

extension Parameters {
  /// Brings every row of every table up to date, before values are read or saved as a whole.
  ///
  /// Only an optimizer with exact touched rows leaves rows behind; with any other this does nothing.
  /// - Complexity: O(elements of such tables).
  public func settle() {
    // By index: iterating an array allocates in debug builds, and an average settles at every update.
    for i in store.pending.indices { store.pending[i]?.settleAll() }
  }

  /// Whether an optimizer owes rows of the table updates between the steps in which they occur.
  ///
  /// - Complexity: O(1); allocates nothing.
  public func hasPendingRows(_ table: ParameterHandle) -> Bool {
    guard let touched = store.rows[index(table)].touched else { return false }
    return store.pending[touched] != nil
  }

  /// Has `pending` asked for rows of a table before they are looked up; nil for nobody. The one before it
  /// settles first.
  ///
  /// - Precondition: the parameter's kind is `.touchedRows`.
  public func setPendingRows(_ pending: (any PendingRows)?, of table: ParameterHandle) {
    guard let touched = store.rows[index(table)].touched else {
      fatalError(
        "pending rows of parameter '\(store.rows[index(table)].name)': expected a table, got a dense parameter."
      )
    }
    store.pending[touched]?.settleAll()
    store.pending[touched] = pending
  }
}

extension Tape {
  /// Brings rows of a table up to date that an operation is about to read.
  ///
  /// - Complexity: O(1) unless an optimizer with exact touched rows updates the table; allocates nothing.
  public func settle(_ rows: Indices, of table: ParameterHandle) {
    guard rehearsal == nil, let touched = store.rows[store.index(table)].touched,
      let pending = store.pending[touched]
    else {
      return
    }
    pending.settle(rows)
  }
}
