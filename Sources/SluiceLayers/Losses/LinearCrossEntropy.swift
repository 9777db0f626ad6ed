import SluiceCore

/// The output layer of a classifier of many classes together with its loss: the cross-entropy of the softmax of
/// `x·Wᵀ + b` with a label for each row, without the matrix of all logits.
///
/// **Shapes.** x [n, inputs], `weight` [classes, inputs] and `bias` [classes], as in PyTorch's linear layer.
///
/// The rows are taken in blocks (`blockRows`). In training the block's gradients are made while its logits are at
/// hand, so nothing is computed twice: three products, and memory for one block of logits and one
/// copy of the weight's gradient. In evaluation there is one product and the block alone.
///
///     let output = try LinearCrossEntropy(inputs: 300, classes: 10_000, named: "output", in: &parameters)
///     let loss = output(states, labels: next, &tape)
public struct LinearCrossEntropy: Sendable {
  /// W of the formula: [classes, inputs]; the table of the embedding where it is tied to one.
  public let weight: ParameterHandle
  /// b of the formula: [classes]; nil for a layer made without one.
  public let bias: ParameterHandle?
  /// Marks what the layer records, so that reports can name it.
  public let layer: LayerHandle
  /// The columns of x.
  public let inputs: Int
  /// The number of labels: they are from 0 up to, not including, this.
  public let classes: Int
  /// The rows whose logits are held at a time. It changes the last bits of the gradients of weight and bias, which are sums
  /// over the rows, and nothing else.
  ///
  /// - Precondition: positive.
  public var blockRows: Int {
    didSet { require(blockRows > 0, "A block has at least one row.") }
  }
  /// The row of a tied table that gets no gradient; below zero if there is none.
  private let padding: Int

  /// The floats of a block of logits that `blockRows` is chosen for: 15 MB.
  static let blockFloats = 14 << 18

  /// - Parameters:
  ///   - initializer: of the weight; uniform within ±1/√inputs by default, as in PyTorch.
  ///   - biasInitializer: of the bias; the same default.
  /// - Throws: `ModelError` if the name is taken or an extent is not positive.
  public init(
    inputs: Int, classes: Int, bias hasBias: Bool = true, initializer: Initializer? = nil,
    biasInitializer: Initializer? = nil, named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    let linear = try Linear(
      inputs: inputs, outputs: classes, bias: hasBias, initializer: initializer,
      biasInitializer: biasInitializer, named: name, in: &parameters)
    self.init(
      weight: linear.weight, bias: linear.bias, linear.layer, inputs: inputs, classes: classes, padding: -1)
  }

  /// The weight is the table of an embedding: words are told by the vectors that they are read as (Press and Wolf
  /// 2017; Inan, Khosravi and Socher 2017). Only the bias is a parameter of its own. The embedding's padding row, whose
  /// logit is its bias, gets no gradient from the loss either.
  ///
  /// - Throws: `ModelError` if the name is taken or the table is updated by touched rows: the softmax reaches all.
  public init(
    tiedTo embedding: Embedding, bias hasBias: Bool = true, biasInitializer: Initializer = .zeros,
    named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    guard parameters.updates(of: embedding.table) == .dense else {
      throw ModelError(
        "LinearCrossEntropy '\(name)'",
        expected: "an embedding with dense updates, for a softmax reaches every row",
        got: "one with touched rows")
    }
    let layer = try parameters.addLayer(named: name)
    let bias =
      hasBias
      ? try parameters.add(
        "\(name).bias", shape: Shape(embedding.rows), role: .bias, initializer: biasInitializer, layer: layer)
      : nil
    self.init(
      weight: embedding.table, bias: bias, layer, inputs: embedding.width, classes: embedding.rows,
      padding: Int(embedding.padding))
  }

  private init(
    weight: ParameterHandle, bias: ParameterHandle?, _ layer: LayerHandle, inputs: Int, classes: Int,
    padding: Int
  ) {
    self.padding = padding
    self.weight = weight
    self.bias = bias
    self.layer = layer
    self.inputs = inputs
    self.classes = classes
    blockRows = max(8, Self.blockFloats / classes / 8 * 8)
  }

  /// The loss of predicting `labels` from the rows of `x`: a scalar.
  ///
  /// **Edges.** Rows labeled `ignoredLabel` count neither in the sum nor in the mean. The mean over no rows is 0.
  /// **Backward.** With p = softmax(x·Wᵀ + b) − onehot(label): dx = p·W, dW = pᵀ·x, db = the column sums of p.
  ///
  /// - Precondition: one label for each row, from 0 up to, not including, `classes`, or `ignoredLabel`.
  /// - Complexity: O(n · inputs · classes); allocates nothing.
  public func callAsFunction(
    _ x: Tensor, labels: [Int32], reduction: Reduction = .mean, _ tape: inout Tape
  ) -> Tensor {
    self(x, labels: tape.copyIndices(labels), reduction: reduction, &tape)
  }

  /// The same with labels in the tape's memory.
  ///
  /// - Parameter isPartOfMean: whether the sum is one of several that are divided together by the caller.
  func callAsFunction(
    _ x: Tensor, labels: IndexRange, reduction: Reduction, isPartOfMean: Bool = false, _ tape: inout Tape
  ) -> Tensor {
    let rows = tape.shape(of: x).rows
    require(tape.shape(of: x).width == inputs, "The input's width is not that of the layer.")
    require(labels.count == rows, "A cross-entropy needs one label for each row.")
    let outside = tape.enter(layer)
    defer { _ = tape.enter(outside) }
    let counted = countedLabels(tape.indices(labels), classes: classes)
    let wants = (
      x: tape.requiresGradient(x), weight: tape.requiresGradient(weight),
      bias: bias.map { tape.requiresGradient($0) } ?? false
    )
    let loss = tape.makeTensor(Shape(), requiresGradient: wants.x || wants.weight || wants.bias)
    var sweep = SoftmaxSweep(
      x: x, loss: loss, weight: weight, bias: bias, labels: labels, rows: rows, width: inputs,
      classes: classes, padding: padding, blockRows: min(blockRows, max(rows, 1)),
      divisor: reduction == .mean ? Float(max(counted, 1)) : 1, isSum: reduction == .sum && !isPartOfMean)
    if tape.mode == .training { sweep.makeGradients(&tape) }
    tape.values(of: loss)[0] = sweep.run(&tape)
    tape.record(sweep)
    return loss
  }

  /// The logits of every row, for sampling and for looking at few rows: [n, classes]. A gradient through them reaches
  /// all rows of the weight, a tied table's padding row too.
  public func logits(_ x: Tensor, _ tape: inout Tape) -> Tensor {
    let outside = tape.enter(layer)
    defer { _ = tape.enter(outside) }
    return affine(x, weight: weight, bias: bias, outputs: classes, &tape)
  }
}

/// One pass over all blocks of rows, as the operation that remembers the gradients it made.
private struct SoftmaxSweep: TapeOperation {
  static let name: StaticString = "linearCrossEntropy"
  let x: Tensor
  let loss: Tensor
  let weight: ParameterHandle
  let bias: ParameterHandle?
  let labels: IndexRange
  let rows: Int
  let width: Int
  let classes: Int
  let padding: Int
  let blockRows: Int
  /// What the sum of the rows' losses is divided by. The gradients are made without it: so the softmax becomes that of the
  /// logits by changing one element of a row.
  let divisor: Float
  /// Whether nobody divides the losses by the rows.
  let isSum: Bool
  var hasGradients = false
  var dx: Workspace?
  var dW: Workspace?
  var db: Workspace?

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(loss) }

  func senses(_ tape: borrowing Tape) -> OperationSenses {
    OperationSenses(
      .labels(tape.indices(labels), classes: classes, isSum: isSum),
      .affine(weight: weight, inputs: width, outputs: classes))
  }

  /// Makes room for the gradients that are needed.
  mutating func makeGradients(_ tape: inout Tape) {
    hasGradients = true
    if tape.requiresGradient(x) { dx = tape.makeWorkspace(rows * width) }
    if tape.requiresGradient(weight) { dW = tape.makeWorkspace(classes * width) }
    if let bias, tape.requiresGradient(bias) { db = tape.makeWorkspace(classes) }
  }

  /// The sum of the rows' losses, divided. Fills the gradients of the sum where there is room for them.
  func run(_ tape: inout Tape) -> Float {
    let engine = tape.engine
    let all = tape.values(of: x)
    let packed = tape.fixedPacked(.parameter(weight), rows: classes, columns: width, 0..<classes)
    // Weights of bytes become floats only where there is a way back.
    let weights = packed == nil || dx != nil ? self.weights(tape) : nil
    let logits = tape.floats(tape.makeWorkspace(blockRows * classes))
    let losses = tape.floats(tape.makeWorkspace(rows))
    if rows == 0 {
      if let dW { tape.floats(dW).fill(0) }
      if let db { tape.floats(db).fill(0) }
    }
    var start = 0
    while start < rows {
      let count = min(blockRows, rows - start)
      let block = start..<start + count
      let input = Matrix(all[start * width..<(start + count) * width], rows: count, columns: width)
      let p = logits[0..<count * classes]
      let labels = tape.indices(labels)[block]
      let matrix = Matrix(p, rows: count, columns: classes)
      let offsets = bias.map { tape.values(of: $0) }
      if let packed {
        engine.multiply(input, packed, into: matrix, bias: offsets)
      } else if let weights {
        engine.multiply(input, weights.transposed, into: matrix, bias: offsets)
      }
      engine.crossEntropy(
        p, labels: labels, ignoring: ignoredLabel, width: classes, softmax: p, losses: losses[block])
      if dx != nil || dW != nil || db != nil {
        engine.crossEntropyGradient(
          p, labels: labels, ignoring: ignoredLabel, width: classes, scale: 1, into: p, accumulate: false)
      }
      if let dx, let weights {
        engine.multiply(
          matrix, weights,
          into: Matrix(
            tape.floats(dx)[start * width..<(start + count) * width], rows: count, columns: width))
      }
      if let dW {
        engine.multiply(
          matrix.transposed, input, into: Matrix(tape.floats(dW), rows: classes, columns: width),
          accumulate: start > 0)
      }
      if let db { engine.columnSums(p, into: tape.floats(db), accumulate: start > 0) }
      start += count
    }
    if let dW, padding >= 0 { tape.floats(dW)[padding * width..<(padding + 1) * width].fill(0) }
    return engine.sum(losses, dividedBy: divisor)
  }

  private func weights(_ tape: borrowing Tape) -> Matrix {
    Matrix(tape.values(of: weight), rows: classes, columns: width)
  }

  func backward(_ tape: inout Tape) {
    guard let dLoss = tape.adjoint(of: loss)?[0] else { return }
    let dSum = dLoss * (1 / divisor)
    var sweep = self
    if !hasGradients {
      sweep.makeGradients(&tape)
      _ = sweep.run(&tape)
    }
    if let dx = sweep.dx { pass(dx, dSum, tape.contribution(to: x), tape) }
    if let dW = sweep.dW { pass(dW, dSum, tape.contribution(to: weight), tape) }
    if let db = sweep.db, let bias { pass(db, dSum, tape.contribution(to: bias), tape) }
  }

  private func pass(
    _ gradient: Workspace, _ factor: Float, _ contribution: Contribution?, _ tape: borrowing Tape
  ) {
    guard let contribution else { return }
    let gradient = tape.floats(gradient)
    if contribution.accumulate {
      tape.engine.accumulate(gradient, scaledBy: factor, onto: contribution.floats)
    } else {
      tape.engine.scale(gradient, by: factor, into: contribution.floats)
    }
  }
}
