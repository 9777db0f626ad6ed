/// What an operation can tell whoever watches a training, beyond its inputs and outputs: what it is for, and figures that only
/// it has.
///
/// Views are of the tape's memory and are to be read before the backward pass, which may use it for gradients.
public enum OperationSense: Sendable {
  /// Nothing.
  case none
  /// An affine map of the operation's first input, by a weight of [outputs, inputs].
  case affine(weight: ParameterHandle, inputs: Int, outputs: Int)
  /// A loss over classes. `labels` has an element for each row, −100 for a row that does not count. `isSum`: the losses of the
  /// rows are added up, and not divided by how many there are.
  case labels(Indices, classes: Int, isSum: Bool)
  /// The loss of each row of a loss over classes, 0 for a row that does not count.
  case rowLosses(Floats)
  /// A loss over numbers: the targets, how many of them belong to a row, whether the losses are added up without being
  /// divided by how many there are, and what is taken of each.
  case targets(Floats, width: Int, isSum: Bool, error: TargetError)
  /// Rows of a table that were looked up, an id each time one was; `padding` is the id of the row that gets no gradient, −1
  /// where there is none.
  case rows(Indices, of: ParameterHandle, padding: Int32)
  /// Dropout: the probability of an element to be dropped.
  case dropout(probability: Float)
  /// Rows that were normalized: 1 / √(variance + epsilon) of each, epsilon, and the gain that follows, nil for none.
  case normalization(inverses: Floats, epsilon: Float, gain: ParameterHandle?)
  /// Attention, over rows that see at least two: the mean entropy of a row's weights, divided by the logarithm of how many rows
  /// it sees, so from 0 for one row alone to 1 for all alike; and the mean of a row's largest weight. At most 64 rows
  /// are looked at, spread over all sequences and heads.
  case attention(entropy: Float, largest: Float)
  /// Triplets: the margin; the share of them that cost something; the mean distance of anchors to positives and to negatives;
  /// and by how much two distances can differ at most, infinite where nothing bounds them.
  case triplets(margin: Float, activeShare: Float, positive: Float, negative: Float, reach: Float)
  /// A softmax over scores that are divided by a temperature: the temperature, and the size of what it divides: of
  /// distances their mean over all pairs, of other scores their deviation within a row.
  case temperature(Float, spread: Float)
  /// A recurrent run over sequences: whether it was given states to begin from, whether it began from zeros, given or not,
  /// and the length of the longest sequence.
  case sequences(hasInitial: Bool, beginsFromZeros: Bool, longest: Int)
}

/// What a loss over numbers takes of an output and its target.
public enum TargetError: Sendable {
  /// The square of their difference.
  case square
  /// The cross-entropy of the output's sigmoid.
  case logit
  /// Something else.
  case other
}

/// Up to two senses of one operation, in fixed memory.
public struct OperationSenses: Sendable {
  /// What the operation is first of all.
  public var first: OperationSense
  /// What it is besides.
  public var second: OperationSense

  /// Nothing to tell.
  public init() { self.init(.none, .none) }

  /// One sense.
  public init(_ first: OperationSense) { self.init(first, .none) }

  /// Two senses.
  public init(_ first: OperationSense, _ second: OperationSense) {
    self.first = first
    self.second = second
  }
}

extension Tape {
  /// What the `i`-th operation tells whoever watches. To be asked between the forward and the backward pass.
  ///
  /// - Complexity: that of what it tells, at most one look at the operation's numbers; allocates nothing.
  public func senses(_ i: Int) -> OperationSenses {
    let row = operations[i]
    return unsafe row.kind.senses(UnsafeRawPointer(payloads.address + row.payload), self)
  }

  /// Where the memory of a tensor begins. Tensors that begin at one place show the same numbers, as a
  /// detached one does and the one it was made of.
  package func memoryStart(of tensor: Tensor) -> Int { tensors[checked(tensor)].start }

  /// Where the memory begins of the tensor that was made as the `row`-th, counted from 0.
  package func memoryStart(ofRow row: Int) -> Int { tensors[row].start }

  /// The number of tensors made since the step began.
  package var tensorCount: Int { tensors.count }

  /// The floats handed out since the step began, gaps of alignment included.
  package var valuesUsed: Int { values.used }
}
