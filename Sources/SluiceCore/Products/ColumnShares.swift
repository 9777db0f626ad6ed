import KernelInterface

/// How threads that stay in step (`Workers.run(steps:parts:)`) share the columns of a product with one row that is
/// repeated many times, as a recurrent net repeats its own for a single sequence.
///
/// The shares are about equal, and each starts with a panel of the packed operand.
public struct ColumnShares: Sendable {
  /// How many shares there are.
  public let parts: Int
  private let columns: Int
  private let panelWidth: Int

  /// Fewer products than this in a step take no longer than it takes to meet: some tenths of a microsecond.
  private static let leastProducts = 8_192

  /// All columns in one share.
  public init(columns: Int) {
    parts = 1
    self.columns = columns
    panelWidth = max(columns, 1)
  }

  /// One share where the columns are too few to be worth more, or a thread would have to wait for a processor. So it is
  /// for sums of more than one block (see `Engine.multiply`): added to something afterwards they would have other bits.
  ///
  /// - Parameters:
  ///   - columns: what to share, such as the units of a layer.
  ///   - each: the columns of the product that belong to one of them, such as the gates of a unit.
  ///   - depth: the products of which an element of the result is the sum.
  public init(columns: Int, each: Int, depth: Int, engine: Engine) {
    let workers = engine.workers
    let width = engine.kernels.product.panelWidth
    let wanted = min(
      workers.count, (columns + width - 1) / width, columns * each * depth / Self.leastProducts)
    let isShared = wanted > 1 && depth <= ProductKernels.longestBlock && workers.haveProcessors
    parts = isShared ? wanted : 1
    self.columns = columns
    panelWidth = width
  }

  /// The columns of one share.
  public subscript(part: Int) -> Range<Int> {
    expect(
      part >= 0 && part < parts, "ColumnShares", expected: "one of \(parts) shares, counted from 0",
      got: "\(part)")
    let panels = (columns + panelWidth - 1) / panelWidth
    return min(
      panels * part / parts * panelWidth, columns)..<min(
        panels * (part + 1) / parts * panelWidth, columns)
  }
}
