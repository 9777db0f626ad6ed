import SluiceCore

/// Which units of a layer a thread computes: all, for the sequences it has; or where threads share the only sequence,
/// some.
struct UnitRange: Sendable {
  let range: Range<Int>
  let units: Int

  /// All units.
  init(_ units: Int) {
    range = 0..<units
    self.units = units
  }

  init(_ range: Range<Int>, of units: Int) {
    self.range = range
    self.units = units
  }

  var count: Int { range.count }
  var isWhole: Bool { range.count == units }

  /// These units of a row that has a float for each; of any number of rows if they are all.
  subscript(_ rows: Floats) -> Floats { isWhole ? rows : rows[range] }
}
