import AllocationCounter
import Sluice
import TestSupport
import Testing

@Suite("What an optimizer tells whoever watches")
struct UpdateNotesTests {
  /// The settings of a rule, as told of a parameter that it updates.
  private static func told(of rule: some UpdateRule) throws -> RuleSettings? {
    let scene = try Scene(rows: 3, width: 2, dense: 2)
    _ = try Optimizer(rule, for: scene.parameters)
    return scene.parameters.updateSettings(of: scene.dense)
  }

  @Test("Each rule tells its rate, momentum, decay and epsilon, and how they act")
  func rules() throws {
    #expect(
      try Self.told(of: SGD(learningRate: 0.1, momentum: 0.8, weightDecay: 0.02))
        == RuleSettings(rate: 0.1, momentum: 0.8, decay: 0.02))
    #expect(
      try Self.told(of: .nesterov(learningRate: 0.1)) == RuleSettings(rate: 0.1, momentum: 0.9))
    #expect(
      try Self.told(of: Adagrad(learningRate: 0.1, epsilon: 1e-3, weightDecay: 0.5))
        == RuleSettings(rate: 0.1, decay: 0.5, epsilon: 1e-3, isAdaptive: true))
    #expect(
      try Self.told(of: RMSprop(learningRate: 0.1, epsilon: 1e-4))
        == RuleSettings(rate: 0.1, epsilon: 1e-4, isAdaptive: true))
    #expect(
      try Self.told(of: Adam(learningRate: 0.1, beta1: 0.7, epsilon: 1e-5, weightDecay: 0.3))
        == RuleSettings(rate: 0.1, momentum: 0.7, decay: 0.3, epsilon: 1e-5, isAdaptive: true))
    #expect(
      try Self.told(of: .adamW(learningRate: 0.1, weightDecay: 0.3))
        == RuleSettings(
          rate: 0.1, momentum: 0.9, decay: 0.3, epsilon: 1e-8, isAdaptive: true, isDecoupled: true))
    #expect(
      try Self.told(of: SMORMS3(learningRate: 0.1, weightDecay: 0.3))
        == RuleSettings(rate: 0.1, decay: 0.3, epsilon: 1e-16, isAdaptive: true, isDecoupled: true))
  }

  private struct OwnRule: ElementRule {
    static let name = "own"
    var learningRate: Float = 0.05
    var weightDecay: Float = 0.02
    var accumulatorNames: [String] { [] }
    var problem: String? { nil }
    func update(_ lane: inout UpdateLane, _ settings: UpdateSettings) {}
  }

  @Test("A rule of one's own that says nothing is told as plain descent at its rate and decay")
  func ownRule() throws {
    #expect(try Self.told(of: OwnRule()) == RuleSettings(rate: 0.05, decay: 0.02))
  }

  @Test("A parameter has its group's rate and decay, none before there is an optimizer or where it is frozen")
  func groups() throws {
    var parameters = Parameters(seed: 1)
    let first = try parameters.add("first", shape: Shape(2), initializer: .zeros)
    let second = try parameters.add("second", shape: Shape(2), initializer: .zeros)
    let third = try parameters.add("third", shape: Shape(2), initializer: .zeros)
    #expect(parameters.updateSettings(of: first) == nil)
    var optimizer = try Optimizer(
      .adam(learningRate: 0.25), for: parameters,
      groups: [
        ParameterGroup("slow", rule: .momentum(learningRate: 1), learningRate: 0.5, weightDecay: 0.125) {
          $0.name == "second"
        },
        .frozen("still") { $0.name == "third" },
      ])
    let adam = RuleSettings(rate: 0.25, momentum: 0.9, epsilon: 1e-8, isAdaptive: true)
    var slow = RuleSettings(rate: 0.5, momentum: 0.9, decay: 0.125)
    #expect(parameters.updateSettings(of: first) == adam && parameters.updateSettings(of: second) == slow)
    #expect(parameters.updateSettings(of: third) == nil)
    try optimizer.setLearningRate(2, ofGroup: "slow")
    slow.rate = 2
    #expect(parameters.updateSettings(of: first) == adam && parameters.updateSettings(of: second) == slow)
    try optimizer.setLearningRate(3)
    slow.rate = 3
    #expect(parameters.updateSettings(of: first)?.rate == 3 && parameters.updateSettings(of: second) == slow)
    #expect(parameters.updateSettings(of: third) == nil)
    #expect(throws: ModelError.self) { try optimizer.setLearningRate(4, ofGroup: "no such") }
    #expect(parameters.updateSettings(of: first)?.rate == 3)
  }

  @Test(
    "An update tells the schedule's factor and what clipping multiplied by; one that is skipped tells nothing"
  )
  func updates() throws {
    var scene = try Scene(rows: 3, width: 2, dense: 2)
    var optimizer = try Optimizer(
      .sgd(learningRate: 1), for: scene.parameters, clipping: .norm(1),
      schedule: Schedule(.constant, warmUpSteps: 4))
    #expect(scene.parameters.lastUpdate == UpdateRecord())
    scene.backward(ids: [1], rows: [0, 0], dense: [3, 4])
    optimizer.step(&scene.parameters)
    var expected = UpdateRecord()
    (expected.count, expected.scheduleFactor, expected.isClipping) = (1, 0.25, true)
    expected.gradientScale = 1 / (5 + 1e-6)
    #expect(scene.parameters.lastUpdate == expected)
    scene.backward(ids: [1], rows: [0, 0], dense: [0.3, 0.4])
    optimizer.step(&scene.parameters)
    (expected.count, expected.scheduleFactor, expected.gradientScale) = (2, 0.5, 1)
    #expect(scene.parameters.lastUpdate == expected)
    scene.backward(ids: [1], rows: [0, 0], dense: [.nan, 0.4])
    #expect(optimizer.step(&scene.parameters).outcome == .skipped)
    #expect(scene.parameters.lastUpdate == expected)
  }

  @Test("Clipping by value is told, and scales nothing; without clipping none is told")
  func clipping() throws {
    for (clipping, isClipping) in [(Clipping.none, false), (.value(1), true)] {
      var scene = try Scene(rows: 3, width: 2, dense: 2)
      var optimizer = try Optimizer(.sgd(learningRate: 1), for: scene.parameters, clipping: clipping)
      scene.backward(ids: [1], rows: [0, 0], dense: [30, 40])
      optimizer.step(&scene.parameters)
      var expected = UpdateRecord()
      (expected.count, expected.isClipping) = (1, isClipping)
      #expect(scene.parameters.lastUpdate == expected)
    }
  }

  @Test("An optimizer that takes over a saved state tells the rates of that", arguments: [true, false])
  func resume(_ fromRecord: Bool) throws {
    var first = try Scene(rows: 3, width: 2, dense: 2)
    let schedule = Schedule(.step(every: 2, factor: 0.5))
    var saved = try Optimizer(.sgd(learningRate: 1), for: first.parameters, schedule: schedule)
    try saved.setLearningRate(0.75)
    for _ in 0..<2 {
      first.backward(ids: [1], rows: [1, 1], dense: [1, 1])
      saved.step(&first.parameters)
    }
    var second = try Scene(rows: 3, width: 2, dense: 2)
    var optimizer = try Optimizer(.sgd(learningRate: 1), for: second.parameters, schedule: schedule)
    #expect(second.parameters.updateSettings(of: second.dense)?.rate == 1)
    if fromRecord {
      try optimizer.restore(saved.record(first.parameters), second.parameters)
    } else {
      var state = StateWriter()
      state.write(part: "optimizer") { saved.write(to: &$0, first.parameters) }
      var reader = StateReader(state.bytes)
      var own = try reader.read(part: "optimizer")
      try optimizer.restore(from: &own, second.parameters)
    }
    #expect(second.parameters.updateSettings(of: second.dense)?.rate == 0.75)
    #expect(second.parameters.lastUpdate.count == 0)
    second.backward(ids: [1], rows: [1, 1], dense: [1, 1])
    optimizer.step(&second.parameters)
    // The third update: two after the first step of the schedule.
    #expect(second.parameters.lastUpdate.count == 1 && second.parameters.lastUpdate.scheduleFactor == 0.5)
  }

  @Test("To note and to read the notes allocates nothing")
  func allocations() throws {
    var scene = try Scene(rows: 3, width: 2, dense: 2, threads: 1)
    var optimizer = try Optimizer(.adam(), for: scene.parameters, clipping: .norm(1))
    scene.backward(ids: [1], rows: [1, 1], dense: [1, 1])
    for step in 0..<5 {
      let before = sluice_thread_allocation_count()
      optimizer.step(&scene.parameters)
      try optimizer.setLearningRate(0.5)
      let rate = scene.parameters.updateSettings(of: scene.dense)?.rate
      let updates = scene.parameters.lastUpdate.count
      let count = sluice_thread_allocation_count() - before
      #expect(rate == 0.5 && updates == step + 1)
      if step > 0 { #expect(count == 0) }
    }
  }
}
