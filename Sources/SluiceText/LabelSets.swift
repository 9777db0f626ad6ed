import SluiceCore

/// Sets of labels, each once, by number: of texts that have any number of labels, many have the same ones.
public struct LabelSets: Sendable, Equatable {
  /// What a text without a label is said to have, where people read it.
  public static let none = "no label"

  /// The ids of the labels of each set, rising.
  public private(set) var members = RaggedIndices()
  private var numbers: [[Int32]: Int32] = [:]

  /// No set yet.
  public init() {}

  /// How many different sets there are.
  public var count: Int { members.count }

  /// The labels of a set, rising.
  ///
  /// - Precondition: `set` is the number of a set.
  public subscript(set: Int32) -> ArraySlice<Int32> { members[Int(set)] }

  /// The number of the set of these labels, which is added if it is new.
  ///
  /// - Parameter labels: in any order; one that comes twice counts once.
  public mutating func number(of labels: some Sequence<Int32>) -> Int32 {
    let labels = Set(labels).sorted()
    if let number = numbers[labels] { return number }
    let number = Int32(members.count)
    numbers[labels] = number
    members.append(labels)
    return number
  }

  /// The names of the labels of a set in one text.
  public func name(of set: Int32, _ labelNames: [String]) -> String {
    let labels = self[set]
    return labels.isEmpty ? Self.none : labels.map { labelNames[Int($0)] }.joined(separator: ", ")
  }

  /// Whether both have the same sets under the same numbers.
  public static func == (a: LabelSets, b: LabelSets) -> Bool { a.members == b.members }
}

extension LabeledSequences {
  /// The labels of example `i`, rising: one, or where the examples have sets of labels any number.
  public func labelIDs(_ i: Int) -> ArraySlice<Int32> { sets?[labels[i]] ?? labels[i...i] }
}

extension LabeledTexts {
  /// The examples given, each with any number of labels, which are found among them in sorted order.
  ///
  /// - Precondition: all texts together have fewer than 2³¹ characters.
  public init(multilabel examples: [(labels: [String], text: String)]) {
    let names = Set(examples.flatMap { $0.labels.map { CodePoints($0) } }).sorted()
    let ids = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
    var sets = LabelSets()
    var scalars = RaggedIndices()
    var numbers: [Int32] = []
    for example in examples {
      scalars.append(example.text.unicodeScalars.map { Int32($0.value) })
      numbers.append(sets.number(of: example.labels.compactMap { ids[CodePoints($0)] }))
    }
    self.init(labelNames: names.map(\.text), labels: numbers, scalars: scalars, sets: sets)
  }

  /// The labels of example `i`, rising: one, or where the texts have sets of labels any number.
  public func labelIDs(_ i: Int) -> ArraySlice<Int32> { sets?[labels[i]] ?? labels[i...i] }

  /// The same texts with their sets under the numbers of `common`, to which those are added that it does not have. A single label becomes a
  /// set of its own.
  package func numbered(by common: inout LabelSets) -> LabeledTexts {
    var known: [Int32: Int32] = [:]
    var numbers: [Int32] = []
    numbers.reserveCapacity(count)
    for (i, label) in labels.enumerated() {
      let number = known[label] ?? common.number(of: labelIDs(i))
      known[label] = number
      numbers.append(number)
    }
    return LabeledTexts(labelNames: labelNames, labels: numbers, scalars: scalars, sets: common)
  }

  /// The same texts, with all sets that others have as well.
  package func with(_ sets: LabelSets) -> LabeledTexts {
    LabeledTexts(labelNames: labelNames, labels: labels, scalars: scalars, sets: sets)
  }

  /// Divides texts with sets of labels: label after label, the one with the fewest texts that are not yet given to a part first, each text to
  /// the part that lacks the most of that label (Sechidis, Tsoumakas and Vlahavas 2011). Texts without a label are a label more.
  func splitOfSets(
    _ sets: LabelSets, validationShare: Double, seed: UInt64
  ) -> (training: LabeledTexts, validation: LabeledTexts) {
    // The last one is that of texts without a label.
    let none = labelNames.count
    var members = [[Int32]](repeating: [], count: none + 1)
    for i in 0..<count {
      let ids = labelIDs(i)
      if ids.isEmpty { members[none].append(Int32(i)) }
      for label in ids { members[Int(label)].append(Int32(i)) }
    }
    // How many of each label each part is still to get: first those to validate on.
    var left = members.map(\.count)
    var wanted = left.map { size in
      let share = Int((Double(size) * validationShare).rounded())
      let chosen = size > 1 ? Swift.min(Swift.max(share, 1), size - 1) : 0
      return [chosen, size - chosen]
    }
    var room = [Int((Double(count) * validationShare).rounded()), 0]
    room[1] = count - room[0]
    var part = [Int8](repeating: -1, count: count)
    func rank(_ label: Int) -> (Int, Int) { (left[label] > 0 ? left[label] : .max, label) }
    while let label = left.indices.min(by: { rank($0) < rank($1) }), left[label] > 0 {
      var random = RandomStream(seed: seed, purpose: .split, index: label)
      random.shuffle(&members[label])
      for text in members[label] where part[Int(text)] < 0 {
        let need = wanted[label]
        let chosen = need[0] == need[1] ? (room[0] > room[1] ? 0 : 1) : need[0] > need[1] ? 0 : 1
        part[Int(text)] = Int8(chosen)
        room[chosen] -= 1
        let ids = labelIDs(Int(text))
        for id in ids.isEmpty ? [Int32(none)] : ids {
          wanted[Int(id)][chosen] -= 1
          left[Int(id)] -= 1
        }
      }
    }
    // Where no label has asked for a text to validate on, the share of all texts is drawn.
    if count > 1, !part.contains(0) {
      var texts = (0..<Int32(count)).map { $0 }
      var random = RandomStream(seed: seed, purpose: .split, index: none + 1)
      random.shuffle(&texts)
      let share = Int((Double(count) * validationShare).rounded())
      for text in texts.prefix(Swift.min(Swift.max(share, 1), count - 1)) { part[Int(text)] = 0 }
    }
    let all = 0..<Int32(count)
    return (subset(all.filter { part[Int($0)] == 1 }), subset(all.filter { part[Int($0)] == 0 }))
  }
}
