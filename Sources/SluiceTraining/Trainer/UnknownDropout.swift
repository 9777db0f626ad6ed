import SluiceCore
import SluiceOptimizers
import SluiceText

/// A batch's characters, of which a share is taken for unknown ones, others in every step.
///
/// Every character of the training part has an id of its own, so the unknown one would never occur in it and keep its initial
/// vector, of which nothing is known. Taken for it now and then, the others teach it to mean “some character”. What a step drops
/// derives from the tape's seed and step, so a step that is run again drops the same.
public struct UnknownDropout: Sendable {
  /// The share of the characters; 0 leaves them as they are.
  public let share: Float
  /// What was read last.
  public private(set) var symbols = RaggedIndices()

  /// Tells these choices from others of the same step.
  private static let stream: UInt64 = 0x0_D20B

  /// What any character may be taken for, as ids of a lookup.
  private static let unknown = [Alphabet.unknown]

  /// - Parameters:
  ///   - share: nil, of runs of before the choice, is 0.
  ///   - bound: the most that a batch can hold.
  public init(share: Float?, _ bound: BatchBound) {
    self.share = share ?? 0
    symbols.reserve(sequences: bound.sequences, values: bound.symbols)
  }

  /// Replaces what `symbols` holds by those of a batch, some of them dropped.
  ///
  /// - Complexity: O(characters); allocates only where the bound is exceeded.
  public mutating func read(_ batch: RaggedIndices, in tape: borrowing Tape) {
    symbols.removeAll()
    for i in 0..<batch.count { symbols.append(batch[i]) }
    guard share > 0 else { return }
    let random = tape.random(Self.stream)
    for i in 0..<symbols.values.count where random.uniform(UInt64(i)) < share {
      symbols.replaceValue(at: i, by: Alphabet.unknown)
    }
  }

  /// Adds the rows that a batch may look up, whatever is dropped of it.
  static func addReads(
    of batch: RaggedIndices, share: Float?, in table: ParameterHandle, to reads: inout TableReads
  ) {
    reads.add(batch.values, of: table)
    if share ?? 0 > 0 { reads.add(unknown, of: table) }
  }
}
