/// A handle of a parameter: its row in the table of the store that made it.
@frozen
public struct ParameterHandle: Hashable, Sendable, BitwiseCopyable {
  let index: UInt32
  /// Tells the handles of one store from those of another.
  let generation: UInt32
}

/// A handle of a layer's name, carried by the operations the layer records.
@frozen
public struct LayerHandle: Hashable, Sendable, BitwiseCopyable {
  package let index: UInt32

  /// The handle of a row of the table of layers.
  package init(index: UInt32) { self.index = index }

  /// No layer: an operation called by itself.
  public static let none = LayerHandle(index: .max)
}

/// What a parameter is to its layer. Diagnoses and weight decay tell them apart.
public enum ParameterRole: String, Sendable, BitwiseCopyable {
  /// Multiplies what the layer reads, or is looked up.
  case weight
  /// Is added.
  case bias
}

/// How the gradient of a parameter is kept and its update is done.
public enum UpdateKind: String, Sendable, BitwiseCopyable {
  /// One gradient for each element; the update sweeps over all.
  case dense
  /// Gradients of the rows that occurred; the update visits only those.
  case touchedRows
}

/// What a program can ask about a parameter.
public struct ParameterDescription: Sendable {
  /// What the parameter is asked for by.
  public let handle: ParameterHandle
  /// Its name in files and reports, such as `output.weight`.
  public let name: String
  /// The extents of its values.
  public let shape: Shape
  /// Whether it is a weight or a bias.
  public let role: ParameterRole
  /// How its gradient is kept and its update is done.
  public let updates: UpdateKind
  /// The layer that added it, or `.none`.
  public let layer: LayerHandle
  /// Whether it gets a gradient and updates, as it was when the description was made.
  public let isTrainable: Bool
}

/// The parameters of a model: a table of names, shapes and ranges, and one column for each role the memory
/// has (values, gradients; an optimizer adds its accumulators).
///
/// Layers add their parameters while the model is built. The first tape, optimizer or flow observer seals
/// the table: from then on ranges do not move.
///
///     var parameters = Parameters(seed: 7)
///     let output = try Linear(inputs: 128, outputs: 10, named: "output", in: &parameters)
public struct Parameters: ~Copyable {
  let store: ParameterStore
  /// The shapes of the parameters that are to be read, by their names; nil for a model that begins anew.
  private let shapes: (@Sendable (String) -> [Int]?)?

  /// An empty store. Initial values, dropout masks and everything random derive from `seed`.
  public init(seed: UInt64, engine: Engine = .shared) {
    self.init(seed: seed, engine: engine, reads: nil)
  }

  /// An empty store for a saved model, whose values are read after it is built: until then they are zero. A tape for it
  /// is in evaluation mode unless another is said.
  ///
  /// - Parameter shapes: the extents of a saved parameter by its name, nil for a name that was not saved. Adding any other parameter is an
  ///   error, and takes no memory.
  public init(
    seed: UInt64, engine: Engine = .shared, shapes: @escaping @Sendable (_ name: String) -> [Int]?
  ) {
    self.init(seed: seed, engine: engine, reads: shapes)
  }

  private init(seed: UInt64, engine: Engine, reads shapes: (@Sendable (String) -> [Int]?)?) {
    store = ParameterStore(seed: seed, engine: engine, isSavedModel: shapes != nil)
    self.shapes = shapes
  }

  /// Parameters with the memory of others, whose values are fixed.
  init(sharing store: ParameterStore) {
    self.store = store
    shapes = nil
  }

  /// Tells these parameters from others; their handles carry it.
  package var generation: UInt32 { store.generation }

  /// What computes with these parameters.
  public var engine: Engine { store.engine }

  /// Names a layer, so that what it records can be traced back to it.
  ///
  /// - Throws: `ModelError` if a layer has the name already or the store is sealed.
  public mutating func addLayer(named name: String) throws(ModelError) -> LayerHandle {
    try checkNotSealed("Adding layer '\(name)'")
    guard !name.isEmpty, !store.layerNames.contains(where: { $0.hasSameCodePoints(as: name) }) else {
      throw ModelError("Adding layer '\(name)'", expected: "a name of its own", got: "one in use or empty")
    }
    store.layerNames.append(name)
    return LayerHandle(index: UInt32(store.layerNames.count - 1))
  }

  /// Adds a parameter and its initial values. They are set when they are first asked for, or when a tape or an optimizer
  /// is made: until then no memory is touched, so `MemoryPlan` can be asked whether there is enough.
  ///
  /// - Parameters:
  ///   - name: its name in files and reports, such as `output.weight`.
  ///   - updates: `.touchedRows` for a table of rows that is only looked up, else `.dense`.
  /// - Throws: `ModelError` if the name is taken, an extent is zero, the store is sealed, the initializer does not fit,
  ///   or the parameter is not one of those to be read.
  public mutating func add(
    _ name: String, shape: Shape, role: ParameterRole = .weight, updates: UpdateKind = .dense,
    initializer: Initializer, layer: LayerHandle = .none
  ) throws(ModelError) -> ParameterHandle {
    let operation = "Adding parameter '\(name)'"
    try checkNotSealed(operation)
    guard !name.isEmpty, find(name) == nil else {
      throw ModelError(operation, expected: "a name of its own", got: "one in use or empty")
    }
    guard shape.count > 0 else {
      throw ModelError(operation, expected: "extents of at least 1", got: "shape \(shape)")
    }
    guard updates == .dense || shape.rank == 2 else {
      throw ModelError(operation, expected: "a table of shape [rows, width]", got: "shape \(shape)")
    }
    if let problem = initializer.problem(shape) {
      throw ModelError(operation, expected: "initial values that fit its shape", got: problem)
    }
    if let shapes { try check(shape, isThatOf: shapes(name), operation) }
    let index = store.rows.count
    let range = store.reserve(shape.count, updates)
    let table =
      updates == .dense
      ? nil : store.tables.add(rowCount: shape.rows, width: shape.width, start: range.lowerBound)
    store.rows.append(
      ParameterRow(shape: shape, start: range.lowerBound, count: range.count, updates: updates, table: table))
    store.labels.append(ParameterLabel(name: name, role: role, layer: layer))
    if shapes == nil { store.setInitializer(initializer, of: index) }
    return store.handle(index)
  }

  /// Fixes the ranges and sets the initial values that are not set yet: no parameter can be added any more. Tapes,
  /// optimizers and columns do it. Not mutating, since nothing that can be read of the parameters becomes another.
  public func seal() { store.seal() }

  /// The number of parameters.
  public var count: Int { store.rows.count }
  /// The number of elements of all parameters.
  public var elementCount: Int { store.rows.reduce(0) { $0 + $1.shape.count } }

  /// The handles of all parameters, in the order they were added.
  public var handles: [ParameterHandle] {
    let store = store
    return store.rows.indices.map { store.handle($0) }
  }

  /// The handle of the parameter of that name, or nil.
  public func find(_ name: String) -> ParameterHandle? {
    guard let i = store.labels.firstIndex(where: { $0.name.hasSameCodePoints(as: name) }) else { return nil }
    return store.handle(i)
  }

  /// The name, shape and kind of a parameter.
  public subscript(handle: ParameterHandle) -> ParameterDescription {
    let (row, label) = (store.rows[index(handle)], store.labels[index(handle)])
    return ParameterDescription(
      handle: handle, name: label.name, shape: row.shape, role: label.role, updates: row.updates,
      layer: label.layer, isTrainable: row.isTrainable)
  }

  /// Whether a parameter is trained. Unlike the description, costs no copy of its name.
  public func isTrainable(_ handle: ParameterHandle) -> Bool { store.rows[index(handle)].isTrainable }

  /// How a parameter is updated.
  public func updates(of handle: ParameterHandle) -> UpdateKind { store.rows[index(handle)].updates }

  /// Whether a parameter is a weight or a bias.
  public func role(of handle: ParameterHandle) -> ParameterRole { store.labels[index(handle)].role }

  /// The name of a layer, or nil for `.none`.
  public func name(of layer: LayerHandle) -> String? { store.name(of: layer) }

  /// A number that tells the random masks of this layer from those of others.
  public func stream(of layer: LayerHandle) -> UInt64 { UInt64(layer.index) }

  /// The values of a parameter, to be read and written: a view of them stays one of this parameter when others are added, and
  /// can be used when the parameters are gone (`Elements`).
  ///
  /// Only where the address space is limited (`ulimit -v`) and the model takes much of it, values that are asked for
  /// before all parameters are added may have to move, and an earlier view keeps what it showed.
  public func values(of handle: ParameterHandle) -> Floats { store.values(index(handle)) }

  /// The gradient of a dense parameter: the sum of those of all backward passes since the last update, all zero where no
  /// loss reached it. An optimizer's step uses it and leaves it readable; the next backward pass begins anew.
  ///
  /// Without an optimizer, `clearGradients` is what begins anew.
  public func gradient(of handle: ParameterHandle) -> Floats { store.gradient(index(handle)) }

  /// The gradient of a table: the rows that occurred, up to the last backward pass, since the update before it.
  ///
  /// - Precondition: the parameter's kind is `.touchedRows`.
  public func touchedRows(of handle: ParameterHandle) -> TouchedRows {
    guard let table = store.rows[index(handle)].table else {
      fatalError(
        "touched rows of parameter '\(store.labels[index(handle)].name)': expected a table, got a dense parameter, whose "
          + "gradient is `gradient(of:)`.")
    }
    return store.tables.touchedRows(table)
  }

  /// Freezes or unfreezes a parameter: a frozen one gets no gradient and no update.
  public mutating func setTrainable(_ isTrainable: Bool, _ handle: ParameterHandle) {
    store.setTrainable(isTrainable, index(handle))
  }

  /// Freezes a parameter for an optimizer with a frozen group, which is made for parameters and does not own them.
  package func freeze(_ handle: ParameterHandle) { store.setTrainable(false, index(handle)) }

  /// Sets all gradients to zero, so that the next backward pass begins anew. After an optimizer's step it is not
  /// needed: the backward pass after one begins anew by itself.
  ///
  /// - Complexity: O(dense elements); allocates nothing.
  public mutating func clearGradients() {
    for i in store.rows.indices { store.clearGradient(i) }
  }

  /// Lets the next backward pass begin anew; until then the gradients of the last one can be read.
  package mutating func markGradientsUsed() {
    for i in store.rows.indices { store.rows[i].hasFreshGradient = false }
  }

  func index(_ handle: ParameterHandle) -> Int { store.index(handle) }

  private func check(_ shape: Shape, isThatOf saved: [Int]?, _ operation: String) throws(ModelError) {
    guard let saved else {
      throw ModelError(operation, expected: "a parameter that was saved", got: "none of this name")
    }
    guard shape.array == saved else {
      throw ModelError(operation, expected: "the saved shape \(saved)", got: "\(shape)")
    }
  }

  private func checkNotSealed(_ operation: String) throws(ModelError) {
    if store.isSealed {
      throw ModelError(
        operation, expected: "a model still being built",
        got: "parameters that a tape or an optimizer already uses")
    }
  }
}

extension ParameterStore {
  func name(of layer: LayerHandle) -> String? {
    layer == .none ? nil : layerNames[Int(layer.index)]
  }

  func setTrainable(_ isTrainable: Bool, _ i: Int) {
    rows[i].isTrainable = isTrainable
    clearGradient(i)
  }

  func clearGradient(_ i: Int) {
    if let table = rows[i].table {
      tables.clear(table)
    } else {
      gradient(i).fill(0)
    }
    rows[i].hasFreshGradient = false
  }
}
