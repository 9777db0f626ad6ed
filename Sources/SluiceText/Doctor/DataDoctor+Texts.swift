import SluiceCore

extension DataDoctor {
  /// Looks at a file of lines `label<TAB>text`. Of one that is larger than memory may be (`StreamedTexts.isStreamed`) the labels are counted, and all else is said of a
  /// sample, drawn by the seed, unless a text has any number of labels.
  ///
  /// - Parameters:
  ///   - validation: the file to validate on; nil where a share of the texts is.
  ///   - multilabel: whether a text has any number of labels.
  /// - Throws: `DataError` for a file that cannot be read, or a line without a label and a text.
  public init(
    examining path: String, validation: String? = nil, columns: DataColumns = DataColumns(),
    validationShare: Double = 0.2, seed: UInt64 = 1,
    lineLimit: Int = TextLines.defaultLineLimit, multilabel: Bool = false
  ) throws(DataError) {
    if !multilabel, StreamedTexts.isStreamed(path) {
      try self.init(
        sampling: path, validation: validation, columns: columns, validationShare: validationShare,
        seed: seed, lineLimit: lineLimit)
      return
    }
    let data = try LabeledTexts.examined(path, columns, lineLimit: lineLimit, multilabel: multilabel)
    let given = try validation.map { path throws(DataError) in
      try LabeledTexts.examined(path, columns, lineLimit: lineLimit, multilabel: multilabel)
    }
    self.init(
      TextLook(data.texts, data.lines, validation: given, validationShare: validationShare, seed: seed))
  }

  private init(_ look: TextLook) {
    self.init(
      "\(grouped(look.texts.count)) texts with \(grouped(look.texts.labelNames.count)) labels"
        + (look.isGiven ? ", \(grouped(look.parts.validation.count)) to validate on" : ""),
      look.labels + look.copies + [look.overlap].compactMap { $0 } + look.lengths + look.characters)
  }

  /// Looks at labeled texts, which a training would divide by this share and seed.
  ///
  /// - Parameter lines: the line of each text, where they have any.
  /// - Complexity: O(characters), with a table of all texts.
  public init(
    _ texts: LabeledTexts, lines: [Int] = [], validationShare: Double = 0.2, seed: UInt64 = 1
  ) {
    self.init(TextLook(texts, lines, validation: nil, validationShare: validationShare, seed: seed))
  }
}

/// What is looked at in labeled texts.
struct TextLook {
  let texts: LabeledTexts
  let lines: [Int]
  let share: Double
  let parts: (training: LabeledTexts, validation: LabeledTexts)
  /// The lines of the texts to validate on, where those have a file of their own.
  private let validationLines: [Int]
  /// Whether they do.
  let isGiven: Bool

  init(
    _ texts: LabeledTexts, _ lines: [Int], validation: (texts: LabeledTexts, lines: [Int])?,
    validationShare: Double, seed: UInt64
  ) {
    self.texts = texts
    self.lines = lines
    isGiven = validation != nil
    validationLines = validation?.lines ?? []
    share = validationShare
    parts = validation.map { (texts, $0.texts) } ?? texts.split(validationShare: validationShare, seed: seed)
  }

  private func line(_ i: Int) -> Int? { i < lines.count ? lines[i] : nil }

  private func finding(
    _ kind: DataFinding.Kind, _ severity: DataFinding.Severity, _ count: Int, of total: Int, at i: Int?,
    _ example: String, _ advice: String
  ) -> DataFinding {
    DataFinding(
      kind: kind, severity: severity, count: count, total: total, line: i.flatMap(line), example: example,
      advice: advice)
  }

  // MARK: Labels

  var labels: [DataFinding] {
    if let sets = texts.sets { return labels(sets, texts.labelNames, texts.countsByLabel) }
    return DataDoctor.labels(
      texts.labelNames, texts.countsByLabel, share: isGiven ? nil : share,
      line: { label in first(of: label).flatMap(line) })
  }

  private func first(of label: Int) -> Int? {
    (0..<texts.count).first { texts.labelIDs($0).contains(Int32(label)) }
  }

  /// The same where texts have any number of labels: few of one make no training impossible.
  private func labels(_ sets: LabelSets, _ names: [String], _ counts: [Int]) -> [DataFinding] {
    var found: [DataFinding] = []
    if names.isEmpty || sets.count < 2 {
      found.append(
        finding(
          .singleSet, .fault, texts.count, of: texts.count, at: nil,
          sets.count == 0 ? "no label at all" : DataDoctor.excerpt(sets.name(of: 0, names)),
          "Add texts with other labels: there is nothing to tell apart."))
    }
    let rare = isGiven ? [] : names.indices.filter { counts[$0] == 1 }
    if let label = rare.first {
      found.append(
        finding(
          .rareLabel, .warning, rare.count, of: names.count, at: first(of: label),
          DataDoctor.excerpt(names[label]),
          "It is in one part only, so nothing is known of how well it is found: add texts, or remove the label."
        ))
    }
    let thin = isGiven ? [] : names.indices.filter { counts[$0] > 1 && Double(counts[$0]) * share < 4.5 }
    if let label = thin.min(by: { (counts[$0], $0) < (counts[$1], $1) }) {
      found.append(
        finding(
          .thinLabel, .warning, thin.count, of: names.count, at: first(of: label),
          "\(DataDoctor.excerpt(names[label])) with \(counts[label]) texts",
          "The validation part has so few of each that they share one threshold, and its figures of them mean little: add texts."
        ))
    }
    return found
  }

  // MARK: Copies

  /// The places of equal texts, those that occur once left out, in the order of their first.
  private var groups: [[Int]] {
    var places: [[UInt32]: Int] = [:]
    var groups: [[Int]] = []
    for i in 0..<texts.count where texts.length(i) > 0 {
      let key = texts.scalars[i].map { UInt32(bitPattern: $0) }
      if let group = places[key] {
        groups[group].append(i)
      } else {
        places[key] = groups.count
        groups.append([i])
      }
    }
    return groups.filter { $0.count > 1 }
  }

  var copies: [DataFinding] {
    var found: [DataFinding] = []
    let groups = groups
    let torn = groups.filter { group in group.contains { texts.labels[$0] != texts.labels[group[0]] } }
    if let group = torn.first, let other = group.first(where: { texts.labels[$0] != texts.labels[group[0]] })
    {
      let count = torn.reduce(0) { $0 + $1.count }
      let both =
        "\(DataDoctor.excerpt(texts.labelName(group[0]))) here and \(DataDoctor.excerpt(texts.labelName(other)))"
        + (line(other).map { " in line \($0)" } ?? "")
      found.append(
        finding(
          .contradiction, .warning, count, of: texts.count, at: group[0],
          "\(DataDoctor.excerpt(texts.text(group[0]))), \(both)",
          texts.sets == nil
            ? "Nothing can learn both: decide for one label, or remove them."
            : "Nothing can learn both: give them the same labels, or remove them."))
    }
    let again = groups.reduce(0) { $0 + $1.count - 1 }
    if let group = groups.max(by: { ($0.count, -$0[0]) < ($1.count, -$1[0]) }) {
      found.append(
        finding(
          .duplicate, again * 10 > texts.count ? .warning : .note, again, of: texts.count, at: group[1],
          "\(DataDoctor.excerpt(texts.text(group[0]))), \(grouped(group.count)) times",
          "Copies weigh more than other texts: remove them unless that is meant."))
    }
    return found
  }

  var overlap: DataFinding? {
    func prints(_ part: LabeledTexts) -> [TextFingerprint] {
      (0..<part.count).map { TextFingerprint(scalars: part.scalars[$0].lazy.map { UInt32(bitPattern: $0) }) }
    }
    let seen = SplitOverlap(training: prints(parts.training), validation: prints(parts.validation)) {
      parts.validation.text($0)
    }
    guard seen.sharedCount > 0 else { return nil }
    let text = seen.example ?? ""
    let place = (0..<texts.count).first { texts.text($0).hasSameCodePoints(as: text) }
    return finding(
      .overlap, seen.isLeakage ? .warning : .note, seen.sharedCount, of: seen.count, at: place,
      DataDoctor.excerpt(text),
      seen.isLeakage
        ? "The figures of the validation part say more than is true: remove the copies before the data are divided."
        : "So many are to be expected where people say the same: nothing has to be done.")
  }

  // MARK: Lengths and characters

  var lengths: [DataFinding] {
    var found: [DataFinding] = []
    let empty = (0..<texts.count).filter { i in
      texts.scalars[i].allSatisfy { Unicode.Scalar(UInt32(bitPattern: $0))?.properties.isWhitespace ?? false }
    }
    if let place = empty.first {
      found.append(
        finding(
          .empty, .warning, empty.count, of: texts.count, at: place,
          "with \(texts.sets == nil ? "the label" : "the labels") \(DataDoctor.excerpt(texts.labelName(place)))",
          "Only how frequent their labels are can be learned of them: remove them unless such texts are to be expected."
        ))
    }
    let all = TextStatistics.Lengths((0..<texts.count).map { texts.length($0) })
    let limit = DataDoctor.longLength(all)
    let long = (0..<texts.count).filter { texts.length($0) > limit }
    if let place = long.max(by: { texts.length($0) < texts.length($1) }) {
      found.append(
        finding(
          .long, .warning, long.count, of: texts.count, at: place,
          "with \(grouped(texts.length(place))) characters, where nine tenths have at most \(grouped(all.percentile90))",
          "A batch takes the time and memory of its longest text: cut them, or look whether a line lacks its end."
        ))
    }
    return found
  }

  var characters: [DataFinding] {
    // The lines of the validation part: it keeps the order of the texts.
    var places: [Int?] = validationLines.map { $0 }
    if !isGiven, !lines.isEmpty {
      var next = 0
      for i in 0..<texts.count where next < parts.validation.count {
        guard texts.labels[i] == parts.validation.labels[next],
          texts.scalars[i].elementsEqual(parts.validation.scalars[next])
        else { continue }
        places.append(line(i))
        next += 1
      }
    }
    let validation = (0..<parts.validation.count).map { i in
      (
        line: i < places.count ? places[i] : nil,
        scalars: parts.validation.scalars[i].map { UInt32(bitPattern: $0) }
      )
    }
    return DataDoctor.unseenCharacters(Alphabet(of: parts.training), in: validation).map { [$0] } ?? []
  }
}
