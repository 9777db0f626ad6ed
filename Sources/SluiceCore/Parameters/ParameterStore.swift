import Synchronization

/// The memory behind `Parameters`: the table of parameters and the columns of values and gradients.
///
/// Dense parameters and tables lie in two regions, so that the dense ones are one contiguous range in
/// every column and an update is one sweep. A tape, an optimizer and a flow observer share the store.
final class ParameterStore: @unchecked Sendable {
  let engine: Engine
  let random: CounterRandom
  /// Tells the handles of this store from those of others.
  let generation: UInt32
  /// What systems read of each parameter, and what people do.
  var rows: [ParameterRow] = []
  var labels: [ParameterLabel] = []
  var layerNames: [String] = []
  /// The tables among the parameters, with their touched rows.
  var tables = Tables()
  /// What optimizers note of their updates.
  let updateNotes = UpdateNotes()
  /// Whether the values are read from a file after the model is built.
  let isSavedModel: Bool
  /// Set once a tape or an optimizer relies on the ranges.
  private(set) var isSealed = false
  /// Where the values lie and what is made of them, once they do not change any more.
  private(set) var fixed: FixedValues?

  // The columns as far as somebody has asked for them: while a model is built ranges are only counted, so that what it
  // will take is known before any memory is touched.
  private var denseValueArena: Arena<Float>
  private var denseGradientArena: Arena<Float>
  private var tableValueArena: Arena<Float>
  /// The floats of each region that are spoken for, gaps of alignment included.
  private(set) var denseCount = 0
  private(set) var tableCount = 0
  /// By the places of their parameters, the initial values that are not set yet. They are when somebody asks for the
  /// parameter's values, or when the table is sealed.
  private var initializers: [Int: Initializer] = [:]
  /// The parameters whose values somebody has asked for; only these are worth moving when a column grows.
  private var touchedParameters: Set<Int> = []

  /// Stores made so far.
  private static let stores = Atomic<UInt32>(0)

  init(seed: UInt64, engine: Engine, isSavedModel: Bool) {
    self.isSavedModel = isSavedModel
    generation = Self.stores.add(1, ordering: .relaxed).newValue
    self.engine = engine
    random = CounterRandom(seed: seed)
    denseValueArena = Arena<Float>(capacity: 0, named: "parameter values")
    denseGradientArena = Arena<Float>(capacity: 0, named: "parameter gradients")
    tableValueArena = Arena<Float>(capacity: 0, named: "table values")
  }

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

  /// The range of a parameter of `count` elements in the columns of its region. Takes no memory.
  func reserve(_ count: Int, _ updates: UpdateKind) -> Range<Int> {
    switch updates {
    case .dense:
      let start = denseCount
      denseCount = Arena.aligned(start + count)
      return start..<start + count
    case .touchedRows:
      let start = tableCount
      tableCount = Arena.aligned(start + count)
      return start..<start + count
    }
  }

  /// Lets the parameter in row `index` begin with these values.
  func setInitializer(_ initializer: Initializer, of index: Int) { initializers[index] = initializer }

  /// Fixes the ranges and sets the values that are not set yet.
  func seal() {
    if isSealed { return }
    isSealed = true
    makeRoom()
    denseValueArena.endGrowing()
    denseGradientArena.endGrowing()
    tableValueArena.endGrowing()
    setAllValues()
    tables.seal(elementCount: tableCount)
  }

  /// Ends all changes of the values.
  func fix(_ sources: [FixedSource]) {
    for index in rows.indices { rows[index].isTrainable = false }
    fixed = FixedValues(sources)
    seal()
  }

  func values(_ index: Int) -> Floats {
    if let floats = fixed?.values(index) { return floats }
    if !isSealed {
      makeRoom()
      touchedParameters.insert(index)
      setValues(index)
    }
    return storedValues(index)
  }

  /// The dense gradient of a parameter.
  func gradient(_ index: Int) -> Floats {
    expect(
      rows[index].updates == .dense, "gradient of parameter '\(labels[index].name)'",
      expected: "a dense parameter", got: "a table, whose gradient is its touched rows: `touchedRows(of:)`")
    if !isSealed {
      makeRoom()
      touchedParameters.insert(index)
    }
    return denseGradientArena[rows[index].range]
  }

  /// The values of all dense parameters.
  var denseValues: Arena<Float> {
    setAllValues()
    return denseValueArena
  }

  /// The gradients of all dense parameters.
  var denseGradients: Arena<Float> {
    setAllValues()
    return denseGradientArena
  }

  /// Takes other memory for the gradients of the dense parameters, as large, and gives away what it had.
  func exchangeDenseGradients(with other: inout Arena<Float>) {
    expect(
      isSealed && other.capacity == denseGradientArena.capacity, "ParameterStore",
      expected: "gradients of \(denseGradientArena.capacity) dense elements", got: "\(other.capacity)")
    swap(&denseGradientArena, &other)
  }

  private func storedValues(_ index: Int) -> Floats {
    switch rows[index].updates {
    case .dense: denseValueArena[rows[index].range]
    case .touchedRows: tableValueArena[rows[index].range]
    }
  }

  private func setAllValues() {
    makeRoom()
    if initializers.isEmpty { return }
    for index in rows.indices { setValues(index) }
  }

  private func setValues(_ index: Int) {
    guard let initializer = initializers.removeValue(forKey: index) else { return }
    initializer.fill(
      storedValues(index), shape: rows[index].shape, random: random.stream(UInt64(index)), engine: engine)
  }

  /// Lets the columns hold what was reserved since they were made.
  private func makeRoom() {
    makeRoom(in: &denseValueArena, for: denseCount, .dense)
    makeRoom(in: &denseGradientArena, for: denseCount, .dense)
    makeRoom(in: &tableValueArena, for: tableCount, .touchedRows)
  }

  /// Lets a column of the parameters with such updates hold `count` floats.
  private func makeRoom(in arena: inout Arena<Float>, for count: Int, _ updates: UpdateKind) {
    if arena.grow(to: count) { return }
    let larger = Arena<Float>(
      capacity: count, reserving: isSealed ? 0 : Self.roomToGrow(count), named: arena.name)
    for index in touchedParameters where rows[index].updates == updates {
      let range = rows[index].range
      if range.upperBound <= arena.capacity { larger[range].copy(from: arena[range]) }
    }
    arena = larger
  }

  /// The floats of address space for a column of `count` that somebody asks for while parameters may still be added: so many
  /// that it grows where it lies, and who holds a view of it goes on seeing what others see. Only where the address space is
  /// limited, and a model takes much of it, does a column have to move. Earlier views keep the old one.
  private static func roomToGrow(_ count: Int) -> Int {
    var room = max(1 << 32, count)
    while room > count, !MemoryBlock.canReserve(8 * room * MemoryLayout<Float>.stride) { room /= 2 }
    return max(room, count)
  }
}
