import Sluice

extension Kind {
  static let loudSymbols = Kind("vectors of symbols × 20", .initialization, .held, isKnown: true)
  static let sigmoidsDeep = Kind("nine layers of sigmoids", .architecture, .held, isKnown: true)
  static let firstStateRead = Kind("the first state read", .architecture, .held, isKnown: true)
  static let forgetsAll = Kind("a forget gate that lets nothing through", .time, .held, isKnown: true)
  static let carriedNot = Kind("states left behind at every chunk", .time, .held, isKnown: true)
  static let mixedAxes = Kind("a batch by time read by example", .time, .held, isKnown: true)
}

/// Faults kept aside, of sorts that are known in other forms: of time.
let laterKnownSequenceFaults: [Fault] = [
  Fault(
    kind: .forgetsAll, model: .characters, detail: "wide",
    twin: {
      $0.data.firstDecides = true
      $0.data.lengths = 12...18
      $0.net.cell = .lstm(forgetBias: 3)
      $0.net.units = 40
    },
    change: { $0.changes = [.setGate("lstm.bias", gate: 1, of: 4, -12)] },
    words: ["saturated", "vanishing over time"], places: ["lstm"], mend: "the gate's bias at 1"),
  Fault(
    kind: .carriedNot, model: .words, detail: "GRU of 48",
    twin: {
      $0.net.cell = .gru(updateBias: 1)
      $0.net.units = 48
      $0.data.chunk = 2
      $0.data.certainty = 1
    },
    change: { $0.net.carriesState = false },
    words: ["state not carried"], places: ["gru", ""], mend: "states carried"),
  Fault(
    kind: .mixedAxes, model: .characters, detail: "plain cell",
    twin: {
      $0.net.cell = .elman()
      $0.data.lengths = 10...10
      $0.optimizer.rate = 0.005
    }, change: { $0.data.mixesTime = true },
    words: ["not learning from the inputs", "loss flat"], also: ["overfitting", "label noise suspected"],
    visible: 60, mend: "axes as they are"),
]
