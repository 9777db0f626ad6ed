import Sluice
import TestSupport
import Testing

@Suite("Groups of parameters")
struct GroupTests {
  private func model() throws -> Scene { try Scene(rows: 6, width: 4, dense: 10) }

  /// The error that making an optimizer throws.
  private func failure(_ make: () throws -> Void) -> String {
    do {
      try make()
      return "no error"
    } catch let error as ModelError {
      return error.description
    } catch {
      return "another error"
    }
  }

  /// The error that making an optimizer with these groups throws.
  private func failure(of groups: ParameterGroup...) throws -> String {
    let scene = try model()
    return failure { _ = try Optimizer(.adam(), for: scene.parameters, groups: groups) }
  }

  @Test("Two rules in one optimizer update as two optimizers would")
  func twoRules() throws {
    var both = try model()
    var mixed = try Optimizer(
      .smorms3(), for: both.parameters,
      groups: [ParameterGroup("tables", rule: .adam(learningRate: 0.01)) { $0.updates == .touchedRows }])
    var first = try model()
    var adam = try Optimizer(.adam(learningRate: 0.01), for: first.parameters)
    var second = try model()
    var smorms3 = try Optimizer(.smorms3(), for: second.parameters)
    for step in 0..<5 {
      let rows = (0..<8).map { Float($0 + step) / 5 - 1 }
      let dense = (0..<10).map { Float(($0 * 7 + step) % 5) - 2 }
      both.backward(ids: [1, 4], rows: rows, dense: dense)
      first.backward(ids: [1, 4], rows: rows, dense: dense)
      second.backward(ids: [1, 4], rows: rows, dense: dense)
      mixed.step(&both.parameters)
      adam.step(&first.parameters)
      smorms3.step(&second.parameters)
    }
    #expect(both.tableValues == first.tableValues)
    #expect(both.denseValues == second.denseValues)
    #expect(both.tableValues != second.tableValues)
    let group = mixed.group(of: both.dense, in: both.parameters)
    #expect(group.ruleName == "smorms3")
  }

  @Test("A group's learning rate and decay hold for its parameters alone")
  func settings() throws {
    var scene = try model()
    var optimizer = try Optimizer(
      .sgd(learningRate: 1), for: scene.parameters,
      groups: [ParameterGroup("tables", learningRate: 0.5, weightDecay: 0.1) { $0.name == "table.weight" }])
    let table = scene.tableValues
    let dense = scene.denseValues
    scene.backward(
      ids: [2], rows: [1, 1, 1, 1], dense: Array(repeating: 1, count: 10))
    optimizer.step(&scene.parameters)
    expectClose(scene.denseValues, dense.map { Double($0) - 1 }, "dense")
    expectClose(
      Array(scene.tableValues[8..<12]), table[8..<12].map { Double($0) * 0.95 - 0.5 }, "row 2")
    #expect(scene.tableValues[..<8] == table[..<8])
  }

  @Test("A frozen group neither moves nor gets a gradient")
  func frozen() throws {
    var scene = try model()
    var optimizer = try Optimizer(
      .adamW(), for: scene.parameters, groups: [.frozen("tables") { $0.updates == .touchedRows }])
    let before = scene.tableValues
    let dense = scene.denseValues
    scene.backward(ids: [1], rows: [1, 2, 3, 4], dense: Array(repeating: 1, count: 10))
    #expect(scene.parameters.touchedRows(of: scene.embedding.table).count == 0)
    optimizer.step(&scene.parameters)
    #expect(scene.tableValues == before)
    #expect(scene.denseValues != dense)
  }

  @Test("A group that matches nothing is an error that names it")
  func matchesNothing() throws {
    let message = try failure(of: ParameterGroup("gates") { $0.name == "gru.weight" })
    #expect(message.contains("'gates'") && message.contains("none of the 2"))
  }

  @Test("A parameter that two groups match is an error that names all three")
  func matchedTwice() throws {
    let message = try failure(
      of: ParameterGroup("tables") { $0.updates == .touchedRows },
      ParameterGroup("weights") { $0.role == .weight })
    #expect(message.contains("'table.weight'"))
    #expect(message.contains("'tables' and 'weights'"))
  }

  @Test("Groups of one name, or named as that of the rest, are errors", arguments: ["tables", "default"])
  func names(_ name: String) throws {
    let message = try failure(
      of: ParameterGroup("tables") { $0.updates == .touchedRows },
      ParameterGroup(name) { $0.updates == .dense })
    #expect(message.contains("'\(name)'") && message.contains("a name of its own"))
  }

  @Test(
    "Impossible hyper-parameters are errors that say which",
    arguments: [
      (SGD(learningRate: -1), "learning rate of -1.0"), (SGD(learningRate: .nan), "learning rate of nan"),
      (SGD(momentum: 1), "momentum of 1.0"), (SGD(isNesterov: true), "Nesterov"),
      (SGD(weightDecay: -0.5), "weight decay of -0.5"), (Adam(beta1: 1), "beta1 of 1.0"),
      (Adam(beta2: -0.1), "beta2 of -0.1"), (Adam(epsilon: 0), "epsilon of 0.0"),
      (RMSprop(smoothing: 1.5), "smoothing of 1.5"), (RMSprop(epsilon: -1), "epsilon of -1.0"),
      (Adagrad(epsilon: 0), "epsilon of 0.0"), (SMORMS3(epsilon: 0), "epsilon of 0.0"),
    ] as [(any UpdateRule, String)])
  func impossible(_ rule: any UpdateRule, _ problem: String) throws {
    let scene = try model()
    let message = failure { _ = try Optimizer(rule, for: scene.parameters) }
    #expect(message.contains(problem) && message.contains(type(of: rule).name))
  }

  @Test("Impossible limits and schedules are errors")
  func impossibleSettings() throws {
    let scene = try model()
    #expect(
      failure { _ = try Optimizer(.adam(), for: scene.parameters, clipping: .norm(0)) }.contains("limit"))
    for shape: Schedule.Shape in [
      .step(every: 0, factor: 0.5), .exponential(factor: 0), .cosine(steps: 0), .cosine(steps: 5, floor: 2),
      .plateau(Plateau(.absolute(0), fall: 2)), .plateau(Plateau(.absolute(0), patience: -1)),
    ] {
      let message = failure {
        _ = try Optimizer(.adam(), for: scene.parameters, schedule: Schedule(shape))
      }
      #expect(message.contains("possible settings"))
    }
  }

  @Test("An optimizer knows whether it was made for some parameters")
  func otherParameters() throws {
    let scene = try model()
    let other = try model()
    let optimizer = try Optimizer(.adam(), for: scene.parameters)
    let isMine = optimizer.isFor(scene.parameters)
    #expect(isMine)
    let isOthers = optimizer.isFor(other.parameters)
    #expect(!isOthers)
    let plain = try Optimizer(.sgd(learningRate: 1), for: scene.parameters)
    let isPlain = plain.isFor(scene.parameters)
    #expect(isPlain)
    let isOthersPlain = plain.isFor(other.parameters)
    #expect(!isOthersPlain)
  }
}
