import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Schedules")
struct ScheduleTests {
  @Test("The warm-up grows in equal parts and ends at 1")
  func warmUp() {
    let schedule = Schedule(.constant, warmUpSteps: 4)
    #expect((1...6).map { schedule.factor(at: $0) } == [0.25, 0.5, 0.75, 1, 1, 1])
  }

  @Test("Steps, powers and the cosine fall as they should")
  func shapes() {
    let step = Schedule(.step(every: 3, factor: 0.5))
    #expect((1...7).map { step.factor(at: $0) } == [1, 1, 1, 0.5, 0.5, 0.5, 0.25])
    let power = Schedule(.exponential(factor: 0.5), warmUpSteps: 2)
    #expect((1...5).map { power.factor(at: $0) } == [0.5, 1, 0.5, 0.25, 0.125])
    let cosine = Schedule(.cosine(steps: 100, floor: 0.1))
    let expected = (0...100).map { 0.1 + 0.9 * (1 + cos(Double.pi * Double($0) / 100)) / 2 }
    expectClose((1...101).map { cosine.factor(at: $0) }, expected, tolerance: 1e-6, "cosine")
    #expect(cosine.factor(at: 5000) == 0.1)
  }

  @Test("A plateau falls when the figure stops getting better")
  func plateau() {
    var relative = Schedule(.plateau(Plateau(.relative(0.1), fall: 0.5, patience: 1)))
    #expect(
      [10, 8, 7.9, 7.5, 7.4, 7.4, 5].map { relative.observe($0) } == [
        false, false, false, true, false, true, false,
      ])
    #expect(relative.factor(at: 1) == 0.25)
  }

  @Test("Perplexity that does not fall by more than one in an epoch halves the rate")
  func halving() {
    var schedule = Schedule(.plateau(.halving))
    // Compared with the epoch before, not with the best: 121 after 120 halves, and so does 120.5 after it.
    #expect(
      [150, 120, 121, 120.5, 118, .nan].map { schedule.observe($0) } == [
        false, false, true, true, false, true,
      ])
    #expect(schedule.factor(at: 99) == 0.125)
  }

  @Test("A plateau is not fooled by figures that are not finite")
  func notFinite() {
    for threshold in [Plateau.Threshold.absolute(0.5), .relative(0.1)] {
      var schedule = Schedule(.plateau(Plateau(threshold)))
      // The first is no improvement on anything; infinity can be improved on; NaN is never compared with.
      #expect(
        [.nan, .infinity, 9, .nan, 8, 8].map { schedule.observe($0) } == [
          true, false, false, true, false, true,
        ])
    }
    var last = Schedule(.plateau(.halving))
    #expect([.nan, 100, .nan, 90].map { last.observe($0) } == [true, false, true, false])
  }

  @Test("A schedule set later with impossible settings is a trap that says so")
  func setLater() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let scene = try Scene(rows: 1, width: 1, dense: 1)
      var optimizer = try Optimizer(.sgd(learningRate: 1), for: scene.parameters)
      optimizer.schedule = Schedule(.step(every: 0, factor: 0.5))
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("a fall every 0 steps"), "\(text)")
  }

  @Test("A schedule survives being written and read, a plateau with its state")
  func coding() throws {
    var schedule = Schedule(.plateau(Plateau(.relative(0.1))), warmUpSteps: 7)
    schedule.observe(3)
    schedule.observe(3)
    let data = try JSONEncoder().encode(schedule)
    #expect(try JSONDecoder().decode(Schedule.self, from: data) == schedule)
    #expect(schedule != Schedule(.plateau(Plateau(.relative(0.1))), warmUpSteps: 7))
  }

  @Test("An optimizer's steps follow its schedule")
  func optimizer() throws {
    var scene = try Scene(rows: 1, width: 1, dense: 1)
    var optimizer = try Optimizer(
      .sgd(learningRate: 1), for: scene.parameters, schedule: Schedule(.constant, warmUpSteps: 2))
    var moved: [Float] = []
    for _ in 0..<3 {
      let before = scene.denseValues[0]
      scene.backward(&optimizer, ids: [0], rows: [0], dense: [1])
      optimizer.step(&scene.parameters)
      moved.append(before - scene.denseValues[0])
    }
    expectClose(moved, [0.5, 1, 1], "moved")
  }
}

@Suite("Averages of the weights")
struct WeightAverageTests {
  @Test("They are the moving averages of every weight, of rows that rarely occur too")
  func average() throws {
    var scene = try Scene(rows: 5, width: 2, dense: 3)
    var optimizer = try Optimizer(.sgd(learningRate: 0.5), for: scene.parameters)
    var average = try WeightAverage(of: scene.parameters, decay: 0.8)
    var expected = (scene.tableValues + scene.denseValues).map(Double.init)
    for step in 0..<20 {
      scene.backward(
        &optimizer, ids: [step % 9 == 3 ? 4 : 1, 0], rows: Numbers.some(4), dense: [1, -1, Float(step)])
      optimizer.step(&scene.parameters)
      average.update(scene.parameters)
      for (i, value) in (scene.tableValues + scene.denseValues).enumerated() {
        expected[i] = 0.8 * expected[i] + 0.2 * Double(value)
      }
    }
    let weights = scene.tableValues + scene.denseValues
    average.swap(&scene.parameters)
    expectClose(scene.tableValues + scene.denseValues, expected, "averages")
    let isSwapped = average.isSwapped
    #expect(isSwapped)
    average.swap(&scene.parameters)
    #expect(scene.tableValues + scene.denseValues == weights)
  }

  @Test(
    "Of exact rows they are those of the dense rule, whenever rows are settled", arguments: [false, true])
  func exactRows(settles: Bool) throws {
    func averages(_ updates: UpdateKind) throws -> [Float] {
      var scene = try Scene(rows: 5, width: 2, dense: 3, updates: updates)
      var optimizer = try Optimizer(.momentum(learningRate: 0.1), for: scene.parameters, touchedRows: .exact)
      var average = try WeightAverage(of: scene.parameters, decay: 0.8)
      for step in 0..<20 {
        if settles, step % 5 == 0 { optimizer.settle(&scene.parameters) }
        scene.backward(
          &optimizer, ids: [step % 9 == 3 ? 4 : 1, step < 2 ? 2 : 0], rows: Numbers.some(4),
          dense: [1, -1, Float(step)])
        optimizer.step(&scene.parameters)
        optimizer.settle(&scene.parameters)
        average.update(scene.parameters)
      }
      average.swap(&scene.parameters)
      return scene.tableValues + scene.denseValues
    }
    expectClose(try averages(.touchedRows), try averages(.dense).map(Double.init), "averages")
  }

  @Test("A saved average goes on bit for bit", arguments: TouchedRowsMode.allCases)
  func restored(mode: TouchedRowsMode) throws {
    func step(_ scene: inout Scene, _ optimizer: inout Optimizer, _ number: Int) {
      scene.backward(
        &optimizer, ids: [number % 5 == 3 ? 4 : 1, 0], rows: Numbers.some(4), dense: [1, -1, Float(number)])
      optimizer.step(&scene.parameters)
    }
    var scene = try Scene(rows: 5, width: 2, dense: 3)
    var optimizer = try Optimizer(.momentum(learningRate: 0.1), for: scene.parameters, touchedRows: mode)
    var average = try WeightAverage(of: scene.parameters, decay: 0.8)
    for number in 0..<9 {
      step(&scene, &optimizer, number)
      optimizer.settle(&scene.parameters)
      average.update(scene.parameters)
    }
    let record = try JSONDecoder().decode(
      WeightAverageRecord.self, from: JSONEncoder().encode(average.record(scene.parameters)))
    let saved = average.averageTensors(scene.parameters).map { ($0.name, $0.values.array) }
    #expect(saved.map(\.0) == ["table.weight/average", "dense/average"])

    // The weights go on in the same scene, averaged by the one that was saved and by one that was restored.
    var again = try WeightAverage(of: scene.parameters, decay: 0.8)
    try again.restore(record, scene.parameters)
    for (tensor, values) in zip(again.averageTensors(scene.parameters), saved) {
      for i in 0..<tensor.values.count { tensor.values[i] = values.1[i] }
    }
    for number in 9..<20 {
      step(&scene, &optimizer, number)
      optimizer.settle(&scene.parameters)
      average.update(scene.parameters)
      again.update(scene.parameters)
    }
    average.swap(&scene.parameters)
    let expected = scene.tableValues + scene.denseValues
    average.swap(&scene.parameters)
    again.swap(&scene.parameters)
    #expect(scene.tableValues + scene.denseValues == expected)
    let counts = (average.stepCount, again.stepCount)
    #expect(counts == (20, 20))
  }

  @Test("A record of another decay, of other parameters or of no possible count is an error")
  func wrongRecord() throws {
    let scene = try Scene(rows: 2, width: 1, dense: 1)
    var average = try WeightAverage(of: scene.parameters, decay: 0.8)
    let right = average.record(scene.parameters)
    for change: (inout WeightAverageRecord) -> Void in [
      { $0.decay = 0.9 }, { $0.parameters[1] = "other" }, { $0.parameters.removeLast() },
      { $0.stepCount = -1 },
    ] {
      var wrong = right
      change(&wrong)
      #expect(throws: ModelError.self) { try average.restore(wrong, scene.parameters) }
    }
  }

  @Test("A decay that is none is an error")
  func decay() throws {
    let scene = try Scene(rows: 1, width: 1, dense: 1)
    for decay in [Float(1), -0.1, .nan] {
      #expect(throws: ModelError.self) { _ = try WeightAverage(of: scene.parameters, decay: decay) }
    }
  }
}
