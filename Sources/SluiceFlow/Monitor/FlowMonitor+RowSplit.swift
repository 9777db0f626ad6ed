import SluiceCore

/// Examples that are rows of numbers: what lies next to an example of the other part is as good as a copy of it.
extension FlowMonitor {
  /// Compares the rows of the training part with those of the validation part: columns of another scale or place, and rows that are nearly
  /// the same.
  ///
  /// Columns are compared by mean and deviation. A row is a near copy if it is nearer to one of the training part than a quarter of what
  /// is usual between two rows of that; as many as the training part has of itself are expected.
  ///
  /// - Parameters:
  ///   - width: the numbers of an example; both parts hold whole rows of so many.
  /// - Complexity: O(rows of the training part · width) for each of up to 256 rows; of more than 16,384 rows as many are looked at,
  ///   evenly spread, so that of a larger part fewer copies are found. Allocates a copy of those.
  public mutating func observeSplit(trainingRows: [Float], validationRows: [Float], width: Int) {
    expect(
      width > 0 && trainingRows.count % max(width, 1) == 0 && validationRows.count % max(width, 1) == 0,
      "FlowMonitor", expected: "whole rows of \(width) numbers",
      got: "\(trainingRows.count) and \(validationRows.count) numbers")
    let training = SplitRows(trainingRows, width: width)
    let validation = SplitRows(validationRows, width: width)
    guard training.count >= 16, validation.count >= 8 else { return }
    if let column = training.columnApart(from: validation) {
      let (own, other) = (training.moments[column], validation.moments[column])
      report(
        .inputShifted, place: "validation column \(column)",
        evidence:
          "column \(column) has a mean of \(rounded(other.mean)) and a deviation of \(rounded(other.deviation)) in the validation "
          + "part, and \(rounded(own.mean)) and \(rounded(own.deviation)) in the training part",
        hint: "Bring both parts into one unit, by the means and deviations of the training part.")
    }
    let near = training.nearCopies(validation)
    guard near.found > 1, near.share > 0.05 + 3 * near.expected else { return }
    report(
      .leakage,
      evidence:
        "\(percentage(near.share)) of the rows of the validation part nearly are rows of the training part; of that itself "
        + "\(percentage(near.expected)) nearly are others of it")
  }
}

/// Rows of numbers of which the columns' means and deviations are known.
private struct SplitRows {
  private static let limit = 16_384
  private static let compared = 128

  let width: Int
  let values: [Float]
  private(set) var moments: [(mean: Float, deviation: Float)] = []
  var count: Int { values.count / width }

  init(_ values: [Float], width: Int) {
    self.width = width
    self.values = values
    for column in 0..<width {
      var (sum, squares, count) = (0.0, 0.0, 0.0)
      for i in stride(from: column, to: values.count, by: width) where values[i].isFinite {
        count += 1
        let difference = Double(values[i]) - sum
        sum += difference / count
        squares += difference * (Double(values[i]) - sum)
      }
      moments.append((Float(sum), Float((squares / max(count, 1)).squareRoot())))
    }
  }

  /// The first column that lies apart in the other part (`ColumnShift`).
  func columnApart(from other: SplitRows) -> Int? {
    (0..<width).first { column in
      let own = moments[column]
      // A column far from unit scale is told by itself.
      guard own.deviation > 0, own.deviation < 10, abs(own.mean) < 10 else { return false }
      return ColumnShift(other.count, besides: Double(own.mean), Double(own.deviation)) {
        other.values[$0 * width + column]
      }.isApart
    }
  }

  /// The share of another part's rows that lie next to one of these, and the same of these among themselves.
  func nearCopies(_ other: SplitRows) -> (share: Float, found: Int, expected: Float) {
    let stride = max((count + Self.limit - 1) / Self.limit, 1)
    let places = Array(Swift.stride(from: 0, to: count, by: stride))
    let usual = moments.map { $0.deviation > 0 ? 1 / $0.deviation : 0 }
    func nearest(_ row: ArraySlice<Float>, but own: Int?) -> Float {
      var least = Float.infinity
      for place in places where place != own {
        var sum: Float = 0
        for column in 0..<width {
          let d = (row[row.startIndex + column] - values[place * width + column]) * usual[column]
          sum += d * d
          if sum >= least { break }
        }
        if sum < least { least = sum }
      }
      return least
    }
    func sample(_ rows: SplitRows) -> [Int] {
      let taken = min(rows.count, Self.compared)
      return (0..<taken).map { $0 * rows.count / taken }
    }
    let own = sample(self).map { nearest(values[$0 * width..<($0 + 1) * width], but: $0) }
    let limit = own.sorted()[own.count / 2] / 16
    let theirs = sample(other).map { nearest(other.values[$0 * width..<($0 + 1) * width], but: nil) }
    let found = theirs.count { $0 < limit }
    return (
      Float(found) / Float(theirs.count), found, Float(own.count { $0 < limit }) / Float(own.count)
    )
  }
}
