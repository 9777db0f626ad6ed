extension Kind {
  static let gateReversed = Kind("the sign of a gate's bias", .time, .tune)
  static let mixedTime = Kind("batch and time mixed up", .time, .tune)
  static let randomChunks = Kind("states carried between chunks at random", .time, .tune)
  static let forgetHalf = Kind("a forget gate half open over long sequences", .time, .tune)
  static let equalRecurrence = Kind("recurrent weights around one value", .time, .tune)
}

/// Faults of what goes on from one step in time to the next, beyond those in `timeFaults`.
let sequenceFaults: [Fault] = [
  Fault(
    kind: .gateReversed, model: .characters, detail: "the update gate keeps nothing",
    twin: {
      $0.data.firstDecides = true
      $0.data.lengths = 15...25
      $0.net.cell = .gru(updateBias: 3)
    },
    change: { $0.changes = [.setGate("gru.bias", gate: 1, of: 3, -8)] },
    words: ["saturated", "vanishing over time"], places: ["gru"], mend: "the other sign"),
  Fault(
    kind: .gateReversed, model: .stems, detail: "the update gate takes nothing in",
    change: { $0.changes = [.setGate("gru.bias", gate: 1, of: 3, 12)] },
    words: ["saturated"], also: ["blocked", "collapse"], places: ["gru"], mend: "the other sign"),
  Fault(
    kind: .mixedTime, model: .characters, twin: { $0.data.lengths = 12...12 },
    change: { $0.data.mixesTime = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "the batch by example"),
  Fault(
    kind: .mixedTime, model: .attention, twin: { $0.data.lengths = 10...10 },
    change: { $0.data.mixesTime = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "the batch by example"),
  Fault(
    kind: .randomChunks, model: .words,
    twin: {
      $0.data.chunk = 3
      $0.data.certainty = 1
    }, change: { $0.data.hasRandomChunks = true },
    words: ["state never reset", "state not carried", "unshuffled data"], places: ["lstm", ""],
    mend: "chunks in their order"),
  Fault(
    kind: .randomChunks, model: .words, detail: "GRU",
    twin: {
      $0.net.cell = .gru(updateBias: 1)
      $0.data.chunk = 3
      $0.data.certainty = 1
    }, change: { $0.data.hasRandomChunks = true },
    words: ["state never reset", "state not carried", "unshuffled data"], places: ["gru", ""],
    mend: "chunks in their order"),
  Fault(
    kind: .forgetHalf, model: .characters, detail: "30 long",
    twin: {
      $0.data.firstDecides = true
      $0.data.lengths = 25...35
      $0.net.cell = .lstm(forgetBias: 4)
    },
    change: { $0.net.cell = .lstm(forgetBias: -1) },
    words: ["vanishing over time"], places: ["lstm"], mend: "a forget bias of 4"),
  Fault(
    kind: .equalRecurrence, model: .characters,
    twin: { $0.net.cell = .elman() },
    change: { $0.changes = [.set("elman.weight_hh", 0.5)] },
    words: ["weights too large", "saturated", "duplicate rows"], also: ["exploding over time"],
    places: ["elman"], mend: "orthogonal recurrent weights"),
  Fault(
    kind: .equalRecurrence, model: .stems,
    twin: { $0.net.cell = .elman() },
    change: { $0.changes = [.set("elman.weight_hh", 0.5)] },
    words: ["weights too large", "saturated", "duplicate rows"], also: ["exploding over time", "collapse"],
    places: ["elman"], mend: "orthogonal recurrent weights"),
]
