extension Kind {
  static let oneLabelABatch = Kind("one label in each batch", .data, .tune)
  static let oneClassFirst = Kind("one class only in the first 100 batches", .data, .tune)
  static let randomClass = Kind("labels of one class at random", .data, .tune)
  static let mostlyUnknown = Kind("most symbols unknown", .data, .tune)
  static let tinyVocabulary = Kind("a vocabulary of two symbols", .data, .tune)
  static let collidingHash = Kind("a hash with one value for many symbols", .data, .tune)
}

/// Faults of labels, of their order and of symbols, beyond those in `dataFaults`.
let labelFaults: [Fault] = [
  Fault(
    kind: .oneLabelABatch, model: .perceptron, change: { $0.data.order = .oneLabelABatch },
    words: ["unshuffled data"], mend: "batches of examples at random"),
  Fault(
    kind: .oneLabelABatch, model: .attention, change: { $0.data.order = .oneLabelABatch },
    words: ["unshuffled data"], mend: "batches of examples at random"),
  Fault(
    kind: .oneLabelABatch, model: .regression, detail: "batches of like targets",
    change: { $0.data.order = .oneLabelABatch },
    words: ["unshuffled data"], mend: "batches of examples at random"),
  Fault(
    kind: .oneClassFirst, model: .perceptron,
    change: { $0.data.order = .firstLabelFirst(batches: 100) },
    words: ["unshuffled data", "unbalanced classes"], mend: "batches of examples at random"),
  Fault(
    kind: .oneClassFirst, model: .characters,
    change: { $0.data.order = .firstLabelFirst(batches: 100) },
    words: ["unshuffled data", "unbalanced classes"], mend: "batches of examples at random"),
  Fault(
    kind: .randomClass, model: .perceptron, change: { $0.data.hasRandomClass = true },
    words: ["label noise suspected"], also: ["overfitting"], visible: 100,
    mend: "the class's labels looked through"),
  Fault(
    kind: .randomClass, model: .characters, change: { $0.data.hasRandomClass = true },
    words: ["label noise suspected"], also: ["overfitting"], visible: 100,
    mend: "the class's labels looked through"),
  Fault(
    kind: .mostlyUnknown, model: .characters, detail: "85 %", change: { $0.data.unknownShare = 0.85 },
    words: ["unknown symbols"], also: ["overfitting"], places: ["embedding"],
    mend: "an alphabet made from the data"),
  Fault(
    kind: .mostlyUnknown, model: .words, detail: "80 %", change: { $0.data.unknownShare = 0.8 },
    words: ["unknown symbols"], places: ["embedding"], mend: "a vocabulary made from the data"),
  Fault(
    kind: .tinyVocabulary, model: .words, change: { $0.data.knownSymbols = 5 },
    words: ["unknown symbols", "rows never seen"], places: ["embedding"],
    mend: "a vocabulary made from the data"),
  Fault(
    kind: .tinyVocabulary, model: .attention, change: { $0.data.knownSymbols = 2 },
    words: ["unknown symbols", "rows never seen"], also: ["overfitting"], places: ["embedding"],
    mend: "a vocabulary made from the data"),
  Fault(
    kind: .collidingHash, model: .characters, change: { $0.data.hashedTo = 2 },
    words: ["rows never seen"], also: ["overfitting"], places: ["embedding"],
    mend: "an id for each symbol"),
  Fault(
    kind: .collidingHash, model: .words, change: { $0.data.hashedTo = 3 },
    words: ["rows never seen"], places: ["embedding"], mend: "an id for each symbol"),
]
