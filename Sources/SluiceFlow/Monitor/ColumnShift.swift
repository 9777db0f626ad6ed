/// Where some numbers of a column lie, of which it is known where they lie usually.
struct ColumnShift {
  private(set) var mean = 0.0
  private(set) var deviation = 0.0
  /// Whether the column is at another place, or of another scale.
  private(set) var isApart = false

  /// Looks at `count` numbers beside their usual mean and deviation. Those that are not finite are left out.
  ///
  /// They are apart where their mean is three deviations away, or they vary four times as much as usual or as little. That has to be so of
  /// many: a value that is rare, such as the one of a column of zeros and ones, may be among few numbers by chance, or missing.
  init(_ count: Int, besides usualMean: Double, _ usual: Double, _ value: (Int) -> Float) {
    var (squares, far, seen) = (0.0, 0, 0)
    for i in 0..<count {
      let x = Double(value(i))
      guard x.isFinite else { continue }
      seen += 1
      let difference = x - mean
      mean += difference / Double(seen)
      squares += difference * (x - mean)
      if abs(x - usualMean) > 2 * usual { far += 1 }
    }
    deviation = (squares / Double(max(seen, 1))).squareRoot()
    guard seen > 0, usual > 0 else { return }
    isApart =
      4 * far >= seen && (abs(mean - usualMean) > 3 * usual || deviation > 4 * usual)
      || deviation > 0 && deviation < usual / 4
  }
}
