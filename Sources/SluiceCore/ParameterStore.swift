import Synchronization

/// One parameter's row of the table.
struct ParameterRow {
  let name: String
  let shape: Shape
  let role: ParameterRole
  let updates: UpdateKind
  let layer: LayerHandle
  /// Where its elements are in every column of its region.
  let range: Range<Int>
  /// Which of the touched-row sets belongs to it, if it is a table.
  let touched: Int?
  var isTrainable = true
  /// Whether the gradient belongs to the backward pass since the last update. A stale gradient is
  /// overwritten by the next contribution instead of being cleared first.
  var hasFreshGradient = false
  /// Set by every contribution to the gradient, for whoever looks at them one by one.
  var hasNewContribution = false
}

/// The memory behind `Parameters`: the table of parameters and the columns of values and gradients.
///
/// Dense parameters and tables lie in two regions, so that the dense ones are one contiguous range in
/// every column and an update is one sweep. A tape, an optimizer and a flow observer share the store.
final class ParameterStore: @unchecked Sendable {
  let engine: Engine
  let random: CounterRandom
  /// Tells the handles of this store from those of others.
  let generation: UInt32
  var rows: [ParameterRow] = []
  var layerNames: [String] = []
  var touched: [TouchedRows] = []
  /// For each set of touched rows, who owes its table updates of other rows.
  var pending: [(any PendingRows)?] = []
  /// Whether the values are read from a file after the model is built.
  let isSavedModel: Bool
  /// Set once a tape or an optimizer relies on the ranges.
  var isSealed = false

  private(set) var denseValues: Arena
  private(set) var denseGradients: Arena
  private(set) var tableValues: Arena

  /// Stores made so far.
  private static let stores = Atomic<UInt32>(0)

  init(seed: UInt64, engine: Engine, isSavedModel: Bool) {
    self.isSavedModel = isSavedModel
    generation = Self.stores.add(1, ordering: .relaxed).newValue
    self.engine = engine
    random = CounterRandom(seed: seed)
    denseValues = Arena(capacity: 1 << 16, named: "parameter values")
    denseGradients = Arena(capacity: 1 << 16, named: "parameter gradients")
    tableValues = Arena(capacity: 1 << 16, named: "table values")
  }

  var denseCount: Int { denseValues.used }
  var tableCount: Int { tableValues.used }

  /// The handle of the parameter in row `index` of the table.
  func handle(_ index: Int) -> ParameterHandle {
    ParameterHandle(index: UInt32(index), generation: generation)
  }

  /// The row that a handle names.
  func index(_ handle: ParameterHandle) -> Int {
    require(
      handle.generation == generation,
      "Expected a handle of these parameters, got one of others: a layer works with the parameters it was added to."
    )
    return Int(handle.index)
  }

  /// Makes room for a parameter of `count` elements in the columns of its region.
  func allocate(_ count: Int, _ updates: UpdateKind) -> Range<Int> {
    switch updates {
    case .dense:
      if denseValues.capacity - denseValues.used < count + Arena.alignment {
        denseValues = denseValues.grown(toHold: count)
        denseGradients = denseGradients.grown(toHold: count)
      }
      _ = denseGradients.allocate(count)
      return denseValues.allocate(count)
    case .touchedRows:
      if tableValues.capacity - tableValues.used < count + Arena.alignment {
        tableValues = tableValues.grown(toHold: count)
      }
      return tableValues.allocate(count)
    }
  }

  func values(_ index: Int) -> Floats {
    switch rows[index].updates {
    case .dense: denseValues[rows[index].range]
    case .touchedRows: tableValues[rows[index].range]
    }
  }

  /// The dense gradient of a parameter.
  func gradient(_ index: Int) -> Floats {
    expect(
      rows[index].updates == .dense, "gradient of parameter '\(rows[index].name)'",
      expected: "a dense parameter", got: "a table, whose gradient is its touched rows: `touchedRows(of:)`")
    return denseGradients[rows[index].range]
  }
}

extension Arena {
  /// A larger arena with the same contents, for `count` more floats.
  fileprivate func grown(toHold count: Int) -> Arena {
    let larger = Arena(capacity: 2 * capacity + count + Arena.alignment, named: name)
    _ = larger.allocate(used)
    larger[0..<used].copy(from: self[0..<used])
    return larger
  }
}
