import SluiceCore

extension DataDoctor {
  /// What is wrong with how often labels occur.
  ///
  /// - Parameters:
  ///   - share: the share of each label to validate on; nil where other texts are validated on.
  ///   - line: gives the line on which a label occurs first, where there are any.
  static func labels(
    _ names: [String], _ counts: [Int], share: Double?, line: (Int) -> Int?
  ) -> [DataFinding] {
    var found: [DataFinding] = []
    if names.count < 2 {
      let count = counts.reduce(0, +)
      found.append(
        DataFinding(
          kind: .singleLabel, severity: .fault, count: count, total: count, line: nil,
          example: names.first.map { excerpt($0) } ?? "no label at all",
          advice: "Add texts with another label: there is nothing to tell apart."))
    }
    guard let share else { return found }
    let rare = names.indices.filter { counts[$0] == 1 }
    if let label = rare.first {
      found.append(
        DataFinding(
          kind: .rareLabel, severity: .fault, count: rare.count, total: names.count, line: line(label),
          example: excerpt(names[label]),
          advice:
            "Each needs two texts, one to train on and one to validate on: add some, or remove the label."))
    }
    // The validation part gets the share of each label, at least one.
    let thin = names.indices.filter { counts[$0] > 1 && Double(counts[$0]) * share < 2.5 }
    if let label = thin.min(by: { (counts[$0], $0) < (counts[$1], $1) }) {
      found.append(
        DataFinding(
          kind: .thinLabel, severity: .warning, count: thin.count, total: names.count, line: line(label),
          example: "\(excerpt(names[label])) with \(counts[label]) texts",
          advice: "The validation part has one or two of each, so its figures of them mean little: add texts."
        ))
    }
    return found
  }

  /// Looks at labeled texts that stay in their file: at all labels, and at a sample of the texts, drawn by the seed.
  ///
  /// - Complexity: two passes over the file, in memory that does not grow with it.
  init(
    sampling path: String, validation: String?, columns: DataColumns, validationShare: Double, seed: UInt64,
    lineLimit: Int, limits: StreamLimits = StreamLimits()
  ) throws(DataError) {
    let file = try StreamedTexts.open(path)
    let counted = try TextCounts(file, columns, lineLimit: lineLimit, of: path)
    let table = counted.labels
    let names = (0..<table.count).map { table.name(of: $0) }
    let labels = Self.labels(
      names, table.counts, share: validation == nil ? validationShare : nil, line: { table.firstLines[$0] })
    let summary = "\(grouped(counted.lengths.count)) texts with \(grouped(table.count)) labels"
    if labels.contains(where: { $0.severity == .fault }) {
      self.init(summary, labels)
      return
    }
    let texts = try StreamedTexts(
      file, counted, of: path, columns: columns, validationShare: validation == nil ? validationShare : nil,
      seed: seed, lineLimit: lineLimit, limits: limits)
    let given = try validation.map { path throws(DataError) in
      try LabeledTexts.examined(path, columns, lineLimit: lineLimit)
    }
    let part = given ?? (texts.validation, texts.lines.validation)
    let look = TextLook(
      texts.sample, texts.lines.sample, validation: part, validationShare: validationShare, seed: seed)
    let lines = part.texts.withLines(part.lines)
    self.init(
      summary
        + "; but for labels, what follows is of \(grouped(texts.sample.count)) of them, drawn by the seed",
      labels + look.copies + look.lengths
        + [Self.unseenCharacters(texts.alphabet, in: lines)].compactMap { $0 })
  }
}

extension LabeledTexts {
  /// The characters of each text with its line.
  fileprivate func withLines(_ lines: [Int]) -> [(line: Int?, scalars: [UInt32])] {
    (0..<count).map { (line: lines[$0], scalars: scalars[$0].map { UInt32(bitPattern: $0) }) }
  }
}
