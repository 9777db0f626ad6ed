import Sluice

extension Kind {
  static let plainCell = Kind("a plain cell over long sequences", .time, .tune)
  static let gateShut = Kind("a gate biased shut", .time, .tune)
  static let forgetClosed = Kind("a forget gate that forgets all", .time, .tune)
  static let forgetOpen = Kind("a forget gate that forgets nothing", .time, .tune)
  static let explodingCell = Kind("recurrent weights that let states grow", .time, .tune)
  static let stateDropped = Kind("states not carried over consecutive text", .time, .tune)
  static let stateKept = Kind("states carried into the next document", .time, .tune)
  static let paddingRead = Kind("padding read as data", .time, .tune)
}

/// Faults of what goes on from one step in time to the next.
let timeFaults: [Fault] = [
  Fault(
    kind: .plainCell, model: .characters, detail: "25 long",
    twin: {
      $0.data.firstDecides = true
      $0.data.lengths = 20...30
      $0.net.cell = .gru(updateBias: 3)
      $0.steps = 240
    },
    change: {
      $0.net.cell = .elman()
      $0.changes = [.scale("elman.weight_hh", 0.5)]
    },
    words: ["vanishing over time"], places: ["elman"], mend: "a gated cell"),
  Fault(
    kind: .plainCell, model: .stems, detail: "two layers",
    change: {
      $0.net.cell = .elman()
      $0.net.layers = 2
      $0.changes = [.scale("elman.weight_hh", 0.01)]
    },
    words: ["vanishing over time", "weights too small"], places: ["elman"], mend: "a gated cell"),
  Fault(
    kind: .gateShut, model: .characters, detail: "update",
    change: { $0.changes = [.setGate("gru.bias", gate: 1, of: 3, 30)] },
    words: ["saturated"], also: ["blocked", "collapse"], places: ["gru"], mend: "the gate's bias near zero"),
  Fault(
    kind: .gateShut, model: .words, detail: "output",
    change: { $0.changes = [.setGate("lstm.bias", gate: 3, of: 4, -30)] },
    words: ["saturated"], also: ["blocked", "collapse"], places: ["lstm"], mend: "the gate's bias near zero"),
  Fault(
    kind: .gateShut, model: .stems, detail: "input",
    twin: { $0.net.cell = .lstm(forgetBias: 1) },
    change: { $0.changes = [.setGate("lstm.bias", gate: 0, of: 4, -30)] },
    words: ["saturated"], also: ["blocked", "collapse"], places: ["lstm"], mend: "the gate's bias near zero"),
  Fault(
    kind: .forgetClosed, model: .characters,
    twin: {
      $0.data.firstDecides = true
      $0.data.lengths = 15...25
      $0.net.cell = .lstm(forgetBias: 3)
    },
    change: { $0.changes = [.setGate("lstm.bias", gate: 1, of: 4, -30)] },
    words: ["saturated", "vanishing over time"], places: ["lstm"], mend: "the gate's bias at 1"),
  Fault(
    kind: .forgetClosed, model: .stems,
    twin: { $0.net.cell = .lstm(forgetBias: 1) },
    change: { $0.changes = [.setGate("lstm.bias", gate: 1, of: 4, -30)] },
    words: ["saturated", "vanishing over time"], places: ["lstm"], mend: "the gate's bias at 1"),
  Fault(
    kind: .forgetOpen, model: .words,
    change: { $0.changes = [.setGate("lstm.bias", gate: 1, of: 4, 30)] },
    words: ["saturated"], also: ["state never reset"], places: ["lstm"], mend: "the gate's bias at 1"),
  Fault(
    kind: .explodingCell, model: .characters, detail: "ReLU, 30 long",
    twin: {
      $0.net.cell = .elman(.relu)
      $0.data.lengths = 25...35
      $0.net.pool = .mean
      $0.optimizer.rate = 0.003
    },
    change: { $0.changes = [.scale("elman.weight_hh", 2.5)] },
    words: ["exploding over time", "weights too large", "exploding", "non-finite"],
    also: ["loss high at the start"],
    places: ["elman", ""], mend: "orthogonal recurrent weights"),
  Fault(
    kind: .explodingCell, model: .characters, detail: "tanh, 30 long",
    twin: {
      $0.net.cell = .elman()
      $0.data.lengths = 25...35
      $0.net.pool = .mean
      $0.optimizer.rate = 0.003
    },
    change: { $0.changes = [.scale("elman.weight_hh", 5)] },
    words: ["exploding over time", "weights too large", "exploding", "saturated"],
    places: ["elman", ""], mend: "orthogonal recurrent weights"),
  Fault(
    kind: .stateDropped, model: .words,
    twin: {
      $0.data.chunk = 3
      $0.data.certainty = 1
    }, change: { $0.net.carriesState = false },
    words: ["state not carried"], places: ["lstm", ""], mend: "states carried"),
  Fault(
    kind: .stateDropped, model: .words, detail: "GRU",
    twin: {
      $0.net.cell = .gru(updateBias: 1)
      $0.data.chunk = 3
      $0.data.certainty = 1
    },
    change: { $0.net.carriesState = false },
    words: ["state not carried"], places: ["gru", ""], mend: "states carried"),
  Fault(
    kind: .stateKept, model: .words,
    twin: {
      $0.net.cell = .lstm(forgetBias: 4)
      $0.data.document = 8
      $0.data.hidesTopic = true
      $0.data.certainty = 1
    },
    change: { $0.net.resetsState = false },
    words: ["state never reset"], places: ["lstm", ""], mend: "states set to zero where a document begins"),
  Fault(
    kind: .paddingRead, model: .characters, detail: "plain cell",
    twin: {
      $0.net.cell = .elman()
      $0.optimizer.rate = 0.005
    }, change: { $0.data.paddedTo = 70 },
    words: ["vanishing over time"], also: ["collapse"], places: ["elman"],
    mend: "sequences as long as they are"),
  Fault(
    kind: .paddingRead, model: .characters, detail: "LSTM",
    twin: { $0.net.cell = .lstm(forgetBias: 0) }, change: { $0.data.paddedTo = 70 },
    words: ["vanishing over time"], also: ["collapse"], places: ["lstm"],
    mend: "sequences as long as they are"),
]
