extension Kind {
  static let hiddenSoftmax = Kind("a softmax between hidden layers", .architecture, .tune)
  static let droppedOutput = Kind("dropout after the output", .architecture, .tune)
  static let boundedOutput = Kind(
    "a function after the output that cannot reach the targets", .architecture, .tune)
  static let firstState = Kind("the first state read instead of the last", .architecture, .tune)
  static let noPositions = Kind("positions never added", .architecture, .tune)
  static let clamped = Kind("hidden values cut off at 0.001", .architecture, .tune)
  static let droppedState = Kind("dropout of 0.95 of the state", .architecture, .tune)
}

/// Faults of how the layers are put together, beyond those in `architectureFaults`.
let structureFaults: [Fault] = [
  Fault(
    kind: .hiddenSoftmax, model: .perceptron, twin: { $0.net.depth = 4 },
    change: { $0.net.activation = .softmax },
    words: ["vanishing over depth", "blocked"], also: ["collapse", "not learning from the inputs"],
    mend: "ReLUs between the layers"),
  Fault(
    kind: .hiddenSoftmax, model: .regression, twin: { $0.net.depth = 5 },
    change: { $0.net.activation = .softmax },
    words: ["vanishing over depth", "blocked"], also: ["collapse", "not learning from the inputs"],
    mend: "tanhs between the layers"),
  Fault(
    kind: .droppedOutput, model: .perceptron, change: { $0.net.outputDropout = 0.9 },
    words: ["too much dropout"], places: ["dropout", "output"],
    mend: "no dropout after the output"),
  Fault(
    kind: .droppedOutput, model: .regression, change: { $0.net.outputDropout = 0.8 },
    words: ["too much dropout"], places: ["dropout", "output"],
    mend: "no dropout after the output"),
  Fault(
    kind: .boundedOutput, model: .regression, detail: "a sigmoid",
    change: { $0.net.outputActivation = .sigmoid },
    words: ["saturated", "unscaled target"], also: ["loss flat"], places: ["output", "sigmoid", ""],
    mend: "no function after the output"),
  Fault(
    kind: .boundedOutput, model: .regression, detail: "a ReLU",
    change: { $0.net.outputActivation = .relu },
    words: ["dead units"], also: ["collapse", "loss flat"], places: ["output", "relu"],
    mend: "no function after the output"),
  Fault(
    kind: .firstState, model: .characters, change: { $0.net.pool = .first },
    words: ["no gradient"], also: ["not learning from the inputs", "vanishing over time", "overfitting"],
    places: ["gru", "weight_hh"], mend: "the last state of each sequence"),
  Fault(
    kind: .firstState, model: .stems, change: { $0.net.pool = .first },
    words: ["no gradient"], also: ["not learning from the inputs", "vanishing over time", "overfitting"],
    places: ["gru", "weight_hh"], mend: "the last state of each word"),
  Fault(
    kind: .noPositions, model: .attention, change: { $0.net.forgetsPositions = true },
    words: ["no gradient"], also: ["not learning from the inputs", "loss flat", "overfitting"],
    places: ["positions"], mend: "positions added to the symbols"),
  Fault(
    kind: .clamped, model: .perceptron, twin: { $0.net.depth = 3 }, change: { $0.net.clamp = 1e-3 },
    words: ["saturated", "blocked"],
    also: ["vanishing over depth", "collapse", "not learning from the inputs"],
    places: ["hidden", "clamp", "output", "relu"], mend: "values as they are"),
  Fault(
    kind: .clamped, model: .regression, change: { $0.net.clamp = 1e-3 },
    words: ["saturated", "blocked"],
    also: ["vanishing over depth", "collapse", "not learning from the inputs"],
    places: ["hidden", "clamp", "output", "tanh"], mend: "values as they are"),
  Fault(
    kind: .droppedState, model: .characters,
    twin: {
      $0.data.firstDecides = true
      $0.net.cell = .gru(updateBias: 1)
    },
    change: { $0.net.recurrentDropout = 0.95 },
    words: ["too much dropout"], also: ["vanishing over time"], places: ["gru", "dropout"],
    mend: "dropout of 0.1"),
  Fault(
    kind: .droppedState, model: .words, change: { $0.net.recurrentDropout = 0.95 },
    words: ["too much dropout"], places: ["lstm", "dropout"],
    mend: "dropout of 0.1"),
]
