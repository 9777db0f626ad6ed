import SluiceCore

/// Texts with one label each, or with any number of labels each: what a classifier learns from.
///
/// The texts are held as Unicode scalars in one ragged array, four bytes a character and four an example.
public struct LabeledTexts: Sendable, Equatable {
  /// The names of the labels; a label's id is its place here. Sorted by their code points (`CodePoints`) where they were
  /// found in the data, so that the ids do not depend on the order of the examples.
  public let labelNames: [String]
  /// The label id of each example; where there are `sets`, the number of its set.
  public let labels: [Int32]
  /// The sets of labels, where texts have any number of labels; nil where each has one.
  public let sets: LabelSets?
  /// The Unicode scalar values of each text.
  let scalars: RaggedIndices

  init(labelNames: [String], labels: [Int32], scalars: RaggedIndices, sets: LabelSets? = nil) {
    require(labels.count == scalars.count, "There must be one label for each text.")
    self.labelNames = labelNames
    self.labels = labels
    self.scalars = scalars
    self.sets = sets
  }

  /// The examples given, with the labels found among them in sorted order.
  ///
  /// Nothing is demanded of their number: one label, or none, is allowed here.
  ///
  /// - Precondition: all texts together have fewer than 2³¹ characters.
  public init(_ examples: [(label: String, text: String)]) {
    let names = Set(examples.map { CodePoints($0.label) }).sorted()
    let ids = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
    var scalars = RaggedIndices()
    var labels: [Int32] = []
    for example in examples {
      scalars.append(example.text.unicodeScalars.map { Int32($0.value) })
      labels.append(ids[CodePoints(example.label)] ?? 0)
    }
    self.init(labelNames: names.map(\.text), labels: labels, scalars: scalars)
  }

  /// The number of examples.
  public var count: Int { labels.count }

  /// The text of example `i`.
  public func text(_ i: Int) -> String {
    var text = String.UnicodeScalarView()
    for value in scalars[i] {
      if let scalar = Unicode.Scalar(UInt32(value)) { text.append(scalar) }
    }
    return String(text)
  }

  /// The length of the text of example `i` in Unicode scalars.
  public func length(_ i: Int) -> Int { scalars.length(i) }

  /// The name of the label of example `i`, or of all its labels.
  public func labelName(_ i: Int) -> String {
    sets?.name(of: labels[i], labelNames) ?? labelNames[Int(labels[i])]
  }

  /// The number of examples by label id.
  public var countsByLabel: [Int] {
    var counts = [Int](repeating: 0, count: labelNames.count)
    for i in labels.indices { for label in labelIDs(i) { counts[Int(label)] += 1 } }
    return counts
  }

  /// The same texts with the labels of an earlier training first, whose ids stay; labels that it does not have follow in their order.
  public func continuing(labels earlier: [String]) -> LabeledTexts {
    var ids: [CodePoints: Int32] = [:]
    var names = earlier
    for (id, name) in earlier.enumerated() { ids[CodePoints(name)] = Int32(id) }
    for name in labelNames where ids[CodePoints(name)] == nil {
      ids[CodePoints(name)] = Int32(names.count)
      names.append(name)
    }
    let place = labelNames.map { ids[CodePoints($0)] ?? 0 }
    if sets != nil {
      var sets = LabelSets()
      let numbers = labels.indices.map { i in
        sets.number(of: labelIDs(i).map { place[Int($0)] })
      }
      return LabeledTexts(labelNames: names, labels: numbers, scalars: scalars, sets: sets)
    }
    return LabeledTexts(labelNames: names, labels: labels.map { place[Int($0)] }, scalars: scalars)
  }

  /// The examples at `indices`, in that order, with the same label ids.
  public func subset(_ indices: some Sequence<Int32>) -> LabeledTexts {
    var scalars = RaggedIndices()
    var labels: [Int32] = []
    for i in indices {
      scalars.append(self.scalars[Int(i)])
      labels.append(self.labels[Int(i)])
    }
    return LabeledTexts(labelNames: labelNames, labels: labels, scalars: scalars, sets: sets)
  }
}
