import SluiceCore
import SluiceFlow
import SluiceStorage

/// What a report shows of one run, read from its log; `facts` is what the other files of the folder add.
struct RunHistory: Sendable {
  /// One step.
  struct Step: Sendable {
    let step: Int
    let loss: Double?
    let accuracy: Double?
    /// Where examples have any number of labels.
    let microF1: Double?
    let rate: Double?
    let norm: Double?
  }

  /// One observation of the gradient's flow.
  struct Flow: Sendable {
    struct Parameter: Sendable {
      let name: String
      let isWeight: Bool
      let gradient: Double?
      let ratio: Double?
      let weight: Double?
      let touched: Double?
    }
    struct Time: Sendable {
      let name: String
      let stepsPerBin: Int
      let fromEnd: [Double]
    }
    let step: Int
    let parameters: [Parameter]
    let times: [Time]
    /// Where a name is in either list, of which a log may hold as many as it has room for.
    private let parameterPlaces: [String: Int]
    private let timePlaces: [String: Int]

    init(step: Int, parameters: [Parameter], times: [Time]) {
      self.step = step
      self.parameters = parameters
      self.times = times
      parameterPlaces = Self.places(parameters.map(\.name))
      timePlaces = Self.places(times.map(\.name))
    }

    func parameter(_ name: String) -> Parameter? { parameterPlaces[name].map { parameters[$0] } }
    func time(_ name: String) -> Time? { timePlaces[name].map { times[$0] } }

    /// The first place of each name.
    private static func places(_ names: [String]) -> [String: Int] {
      Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// What was measured after an epoch, by the names of the log.
  struct Epoch: Sendable {
    let step: Int
    let figures: [String: Double]
  }

  let name: String
  let facts: RunFacts
  private(set) var steps = Thinned<Step>(limit: 2_000)
  private(set) var flows = Thinned<Flow>(limit: 240)
  private(set) var epochs = Thinned<Epoch>(limit: 1_000)
  private var found = RunFindings()
  /// What was found, with causes and ends.
  var findings: [Finding] { found.findings }
  /// How many there were, those left out here included.
  var findingCount: Int { found.findings.count + found.leftOut }
  private(set) var isCutOff = false

  /// Reads the log of the run in `folder`.
  ///
  /// - Throws: `StorageError` if it cannot be read, is damaged before its last line, or holds no step of a training.
  init(readingRun folder: String) throws(StorageError) {
    name = folder
    facts = RunFacts(readingRun: folder)
    let path = RunDirectory.currentMetrics(in: folder)
    var reader = try MetricsReader(path: path)
    while let line = try reader.next() {
      switch line.kind {
      case "step": add(step: line)
      case "epoch": add(epoch: line)
      case "flow": add(flow: line)
      default: found.add(line)
      }
    }
    isCutOff = reader.lastLineWasCutOff
    guard !steps.elements.isEmpty else {
      throw StorageError(
        .damaged, path: path, expected: "the log of a training, with lines of kind \"step\"",
        found: "none", advice: "Give the folder of a run that has trained for at least one step.")
    }
  }

  private mutating func add(step line: MetricsLine) {
    guard let step = line.integer("step") else { return }
    func finite(_ key: String) -> Double? { line.double(key).flatMap { $0.isFinite ? $0 : nil } }
    steps.add(
      Step(
        step: step, loss: finite("loss"), accuracy: finite("accuracy"), microF1: finite("micro_f1"),
        rate: finite("learning_rate"), norm: finite("gradient_norm")))
  }

  /// An epoch belongs to the step it says or, if it says none, to the last one before it.
  private mutating func add(epoch line: MetricsLine) {
    guard let step = line.integer("step") ?? steps.elements.last?.step else { return }
    var figures: [String: Double] = [:]
    for member in line.values.members where Self.measured.contains(where: { member.key.hasPrefix($0) }) {
      if let value = member.value.double, value.isFinite { figures[member.key] = value }
    }
    epochs.add(Epoch(step: step, figures: figures))
  }

  /// How the names of what is measured on the validation part begin.
  private static let measured = ["validation_", "recall_"]

  private mutating func add(flow line: MetricsLine) {
    guard let step = line.integer("step") else { return }
    let parameters = (line.values["parameters"]?.object?.members ?? []).compactMap { member in
      member.value.object.map { figures in
        Flow.Parameter(
          name: member.key, isWeight: figures["role"]?.string == "weight",
          gradient: figures["gradient"]?.object?["mean"]?.double, ratio: figures["ratio"]?.double,
          weight: figures["weight"]?.object?["rms"]?.double, touched: figures["rows_ever_touched"]?.double)
      }
    }
    let times = (line.values["times"]?.object?.members ?? []).compactMap { member in
      member.value.object.map { figures in
        Flow.Time(
          name: member.key, stepsPerBin: max(figures["steps_per_bin"]?.integer ?? 1, 1),
          fromEnd: (figures["from_end"]?.object?.members ?? []).map { $0.value.double ?? 0 })
      }
    }
    flows.add(Flow(step: step, parameters: parameters, times: times))
  }

  /// The names of the weights, first layer first.
  var weights: [String] { flows.last?.parameters.filter(\.isWeight).map(\.name) ?? [] }

  /// What there is to say of what is not shown.
  var remarks: [String] {
    var remarks: [String] = []
    if steps.stride > 1 {
      remarks.append("of \(grouped(steps.count)) steps every \(ordinal(steps.stride)) is shown")
    }
    if flows.stride > 1 {
      remarks.append(
        "of \(grouped(flows.count)) observations of the flow every \(ordinal(flows.stride)) is shown")
    }
    if found.leftOut > 0 { remarks.append("\(found.leftOut) later findings are left out") }
    if isCutOff { remarks.append("the log's last line was cut off and is left out") }
    return remarks
  }
}

/// A list that never holds more than so many elements: when it is full, every second one goes, and from then on only
/// every second, fourth … is taken.
struct Thinned<Element: Sendable>: Sendable {
  let limit: Int
  private(set) var elements: [Element] = []
  /// The one that came last, also where it is not among `elements`.
  private(set) var last: Element?
  private(set) var stride = 1
  /// All elements that came.
  private(set) var count = 0

  init(limit: Int) { self.limit = max(limit, 2) }

  mutating func add(_ element: Element) {
    defer { count += 1 }
    last = element
    guard count % stride == 0 else { return }
    if elements.count == limit {
      elements = elements.indices.filter { $0.isMultiple(of: 2) }.map { elements[$0] }
      stride *= 2
      guard count % stride == 0 else { return }
    }
    elements.append(element)
  }
}
