/// The kernels of one instruction set, as plain function values grouped by topic.
///
/// Every kernel folder compiles the same sources and exports one `kernelTable`; `Engine` picks one at
/// start-up. The table lives in a module of its own because all three kernel modules have to name its
/// type, and none of them may share code with another: see Documentation/Architecture.md.
public struct KernelTable: Sendable {
  /// The instruction set the functions below were compiled for.
  public let instructionSet: InstructionSet
  /// Matrix products, C = start + A·B, and the packing of their operands.
  public let product: ProductKernels
  /// Products that leave out the zeros of an operand.
  public let sparseProduct: SparseProductKernels
  /// Products with weights of bytes.
  public let byteProduct: ByteProductKernels
  /// Functions and arithmetic of contiguous vectors, element by element.
  public let vector: VectorKernels
  /// Sums, inner products and statistics of contiguous vectors.
  public let reduction: ReductionKernels
  /// The softmax of rows, its logarithm's sum, and the cross-entropy through it.
  public let softmax: SoftmaxKernels
  /// The optimizers' formulas over ranges of parameters.
  public let update: UpdateKernels
  /// The element by element part of recurrent cells.
  public let recurrent: RecurrentKernels
  /// Layer normalization, row by row, and the way back.
  public let normalization: NormalizationKernels
  /// Copies and sums of whole rows of a table, found by index.
  public let rows: RowKernels
  /// Dropout, with masks by counter.
  public let random: RandomKernels
  /// Arithmetic with broadcasting, distances of points, and what the losses are made of.
  public let loss: LossKernels
  /// Convolutions over the characters of words.
  public let characters: CharacterKernels

  /// Groups the kernels.
  public init(
    instructionSet: InstructionSet, product: ProductKernels, sparseProduct: SparseProductKernels,
    byteProduct: ByteProductKernels, vector: VectorKernels, reduction: ReductionKernels,
    softmax: SoftmaxKernels, update: UpdateKernels,
    recurrent: RecurrentKernels, normalization: NormalizationKernels, rows: RowKernels,
    random: RandomKernels, loss: LossKernels, characters: CharacterKernels
  ) {
    self.instructionSet = instructionSet
    self.product = product
    self.sparseProduct = sparseProduct
    self.byteProduct = byteProduct
    self.vector = vector
    self.reduction = reduction
    self.softmax = softmax
    self.update = update
    self.recurrent = recurrent
    self.normalization = normalization
    self.rows = rows
    self.random = random
    self.loss = loss
    self.characters = characters
  }
}

extension KernelTable: CustomStringConvertible {
  /// What tells it from the other tables, such as "avx2 kernels"; the functions have no text to show.
  public var description: String { "\(instructionSet.rawValue) kernels" }
}

/// What a kernel module was compiled for.
public enum InstructionSet: String, Sendable, CaseIterable {
  /// SSE2 on x86-64, NEON on arm64. Its results define what is correct.
  case baseline
  /// AVX2 with fused multiply–add, 8 floats in a register: x86-64-v3.
  case avx2
  /// AVX-512, 16 floats in a register: x86-64-v4.
  case avx512
}

/// Where a kernel reads.
public typealias Source = UnsafePointer<Float>
/// Where a kernel writes.
public typealias Target = UnsafeMutablePointer<Float>
