import CLibrary

/// A logarithmic axis over whole powers of ten.
struct DecadeScale: Equatable {
  /// The exponent at the axis' start.
  let lowest: Int
  /// The exponent at the axis' end; above `lowest`.
  let highest: Int

  /// The narrowest axis on which every value has a visible length, or nil if there are no values.
  ///
  /// - Precondition: the values are positive and finite.
  init?(values: [Double]) {
    guard let least = values.min(), let most = values.max() else { return nil }
    // A tenth of a decade at the bottom: a value that lies on its power of ten would have length zero.
    lowest = Int((log10(least) - 0.1).rounded(.down))
    // The slack takes up the error of the logarithm of a power of ten.
    highest = max(Int((log10(most) - 1e-9).rounded(.up)), lowest + 1)
  }

  /// The number of powers of ten spanned.
  var decades: Int { highest - lowest }

  /// Where a value lies, from 0 at the start to 1 at the end.
  func position(of value: Double) -> Double {
    min(max((log10(value) - Double(lowest)) / Double(decades), 0), 1)
  }

  /// Where a power of ten lies, from 0 at the start to 1 at the end.
  func position(ofDecade exponent: Int) -> Double {
    Double(exponent - lowest) / Double(decades)
  }

  /// The exponents to label so that at most `limit` labels are shown: all of them, or every second, fifth,
  /// tenth … .
  func ticks(atMost limit: Int) -> [Int] {
    var step = 1
    for candidate in [1, 2, 5, 10, 20, 50, 100, 200, 500] {
      step = candidate
      if decades / candidate < max(limit, 1) { break }
    }
    return (lowest...highest).filter { $0.isMultiple(of: step) }
  }
}
