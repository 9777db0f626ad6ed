import KernelInterface

/// What the check of one kernel has found: the error that is the largest share of its bound, and what else went wrong.
struct Verdict {
  private(set) var share = 0.0
  private(set) var error = 0.0
  private(set) var bound = 0.0
  /// What errors are measured in; nil while all results were to be exact.
  private(set) var unit: StaticString?
  private(set) var numbers = 0
  /// The first expectation that did not hold.
  private(set) var failure: StaticString?

  /// Takes down one error and what it may be.
  mutating func add(_ error: Double, of bound: Double, _ unit: StaticString) {
    numbers += 1
    let quotient = error == 0 ? 0 : bound == 0 ? .infinity : error / bound
    if self.unit == nil || !(quotient <= share) {
      self.unit = unit
      self.error = error
      self.bound = bound
      share = quotient.isNaN ? .infinity : quotient
    }
    if !(quotient <= 1) { expect(false, "an error is beyond its bound") }
  }

  /// Compares results with double precision, by the largest difference as a share of the largest reference value.
  mutating func compare(_ got: [Float], _ want: [Double], within bound: Double) {
    add(relativeError(got, want), of: bound, "of the largest result")
    numbers += got.count - 1
  }

  /// Compares a number with double precision, by the difference as a share of `size`.
  mutating func compare(
    _ got: Double, _ want: Double, within bound: Double, of size: Double,
    _ unit: StaticString = "of the sum of the magnitudes"
  ) {
    let difference = abs(got - want)
    add(difference == 0 ? 0 : difference / size, of: bound, unit)
  }

  /// Compares bits; any NaN is as good as another.
  mutating func same(_ got: [Float], _ want: [Float], _ what: StaticString) {
    numbers += got.count
    var equal = got.count == want.count
    for (g, w) in zip(got, want) where g.bitPattern != w.bitPattern && !(g.isNaN && w.isNaN) { equal = false }
    expect(equal, what)
  }

  /// Something that has no size.
  mutating func expect(_ condition: Bool, _ what: StaticString) {
    if !condition, failure == nil { failure = what }
  }
}

/// The check of one kernel, by its place in the table.
struct Check: Sendable {
  let name: StaticString
  let run: @Sendable (KernelTable, inout Verdict) -> Void

  init(_ name: StaticString, _ run: @escaping @Sendable (KernelTable, inout Verdict) -> Void) {
    self.name = name
    self.run = run
  }
}
