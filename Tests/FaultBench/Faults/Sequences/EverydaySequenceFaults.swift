extension Kind {
  static let farBack = Kind("what decides lies far back", .time, .tune)
  static let growingState = Kind("a state that grows over the text", .time, .tune)
  static let rotatedStreams = Kind("streams that change places between chunks", .time, .tune)
  static let zeroRecurrence = Kind("recurrent weights of zero, frozen", .time, .tune)
  static let partlyLeaked = Kind("duplicates left in before the split", .validation, .tune)
  static let shortText = Kind("a short text read again and again", .validation, .tune)
  static let fewStems = Kind("three stems only", .validation, .tune)
  static let bottleneck = Kind("a single unit that all goes through", .validation, .tune)
}

/// Everyday mistakes with what goes on in time, and with the part to validate on.
let everydaySequenceFaults: [Fault] = [
  Fault(
    kind: .farBack, model: .characters, detail: "65 letters, GRU",
    twin: {
      $0.data.firstDecides = true
      $0.data.lengths = 4...8
    }, change: { $0.data.lengths = 60...70 },
    words: ["vanishing over time"],
    also: ["not learning from the inputs", "loss flat", "collapse", "overfitting"], places: ["gru"],
    mend: "gates that begin open"),
  Fault(
    kind: .farBack, model: .characters, detail: "45 letters, plain cell",
    twin: {
      $0.net.cell = .elman()
      $0.optimizer.rate = 0.003
      $0.data.firstDecides = true
      $0.data.lengths = 3...5
    }, change: { $0.data.lengths = 40...50 },
    words: ["vanishing over time"],
    also: ["not learning from the inputs", "loss flat", "collapse", "overfitting"], places: ["elman"],
    mend: "a gated cell"),
  Fault(
    kind: .growingState, model: .words,
    twin: {
      $0.net.cell = .elman(.relu)
      $0.optimizer.rate = 0.003
    }, change: { $0.changes = [.scale("elman.weight_hh", 1.6)] },
    words: ["exploding over time", "exploding", "non-finite", "weights too large"],
    also: ["loss high at the start", "state never reset"], places: ["elman", ""],
    mend: "orthogonal recurrent weights"),
  Fault(
    kind: .rotatedStreams, model: .words,
    twin: {
      $0.data.chunk = 2
      $0.data.certainty = 1
    }, change: { $0.data.rotatesStreams = true },
    words: ["state not carried", "state never reset"], also: ["unshuffled data"], places: ["lstm", ""],
    mend: "each stream in its own row"),
  Fault(
    kind: .rotatedStreams, model: .words, detail: "GRU",
    twin: {
      $0.net.cell = .gru(updateBias: 1)
      $0.data.chunk = 3
      $0.data.certainty = 1
    }, change: { $0.data.rotatesStreams = true },
    words: ["state not carried", "state never reset"], also: ["unshuffled data"], places: ["gru", ""],
    mend: "each stream in its own row"),
  Fault(
    kind: .zeroRecurrence, model: .characters,
    twin: { $0.net.cell = .elman() },
    change: { $0.changes = [.set("elman.weight_hh", 0), .freeze("elman.weight_hh")] },
    words: ["weights too small", "frozen", "vanishing over time"], places: ["elman"],
    mend: "orthogonal recurrent weights"),
  Fault(
    kind: .zeroRecurrence, model: .stems,
    twin: { $0.net.cell = .elman() },
    change: { $0.changes = [.set("elman.weight_hh", 0), .freeze("elman.weight_hh")] },
    words: ["weights too small", "frozen", "vanishing over time"], places: ["elman"],
    mend: "orthogonal recurrent weights"),
  Fault(
    kind: .partlyLeaked, model: .perceptron, twin: { $0.data.examples = 160 },
    change: { $0.data.leakedShare = 0.6 },
    words: ["leakage"], also: ["overfitting"], visible: 20, harm: .deceives,
    mend: "duplicates left out before the split"),
  Fault(
    kind: .partlyLeaked, model: .characters, twin: { $0.data.examples = 160 },
    change: { $0.data.leakedShare = 0.6 },
    words: ["leakage"], also: ["overfitting"], visible: 20, harm: .deceives,
    mend: "duplicates left out before the split"),
  Fault(
    kind: .shortText, model: .words, change: { $0.data.textLength = 20 },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "a longer text"),
  Fault(
    kind: .shortText, model: .words, detail: "GRU",
    twin: { $0.net.cell = .gru(updateBias: 1) }, change: { $0.data.textLength = 20 },
    words: ["overfitting"], visible: 40, harm: .getsWorse, mend: "a longer text"),
  Fault(
    kind: .fewStems, model: .stems, change: { $0.data.stemCount = 3 },
    words: ["overfitting"], visible: 60, harm: .getsWorse, mend: "more stems"),
  Fault(
    kind: .bottleneck, model: .perceptron, twin: { $0.watch.baseline = 0.6 },
    change: {
      $0.net.units = 1
      $0.net.depth = 1
    },
    words: ["worse than the baseline"], visible: 100, harm: .staysAboveBaseline, mend: "more units"),
  Fault(
    kind: .bottleneck, model: .characters, twin: { $0.watch.baseline = 0.7 },
    change: { $0.net.units = 1 },
    words: ["worse than the baseline"], visible: 100, harm: .staysAboveBaseline, mend: "more units"),
]

/// Everyday mistakes of all kinds.
let everydayFaults =
  everydayDataFaults + everydayModelFaults + everydayTrainingFaults + everydaySequenceFaults
