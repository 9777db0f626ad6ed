extension Columns {
  /// A fingerprint of each row.
  var fingerprints: [Int] {
    (0..<values.count / width).map { row in values[row * width..<(row + 1) * width].hashValue }
  }
}

extension Perceptron {
  var rowSplit: (training: Columns, validation: Columns)? { (parts.training, parts.validation) }

  var split: (training: [Int], validation: [Int])? {
    (parts.training.fingerprints, parts.validation.fingerprints)
  }
}

extension Regression {
  var rowSplit: (training: Columns, validation: Columns)? { (parts.training, parts.validation) }

  var split: (training: [Int], validation: [Int])? {
    (parts.training.fingerprints, parts.validation.fingerprints)
  }
}

extension Characters {
  var split: (training: [Int], validation: [Int])? {
    (training.sequences.map(\.hashValue), validation.sequences.map(\.hashValue))
  }
}
