import Sluice
import TestSupport
import Testing

@Suite("Locating numbers that are not finite")
struct LocatingTests {
  /// Lengths 3, 7 and 5.
  private static let offsets: [Int32] = [0, 3, 10, 15]

  /// A net over three sequences whose sum of final states is the loss.
  private struct Net: ~Copyable {
    var parameters: Parameters
    let net: RecurrentNet
    var tape: Tape
    /// [15, inputs], batch order.
    var x: [Float]

    init(_ cell: CellKind, units: Int, direction: ReadingDirection = .leftToRight, layers: Int = 1) throws {
      var parameters = Parameters(seed: 3)
      var options = RecurrentOptions()
      options.direction = direction
      options.layers = layers
      net = try RecurrentNet(
        cell, inputs: 2, units: units, options: options, named: "net", in: &parameters)
      tape = Tape(for: parameters, capacity: 1 << 16)
      self.parameters = parameters
      x = (0..<30).map { Float($0 % 7) / 7 - 0.4 }
    }

    /// All weights by the end of their names.
    func set(_ weights: [String: Float]) {
      for handle in parameters.handles {
        let values = parameters.values(of: handle)
        values.fill(weights.first { parameters[handle].name.hasSuffix($0.key) }?.value ?? 0)
      }
    }

    /// One step, then the same again with a look at everything.
    mutating func replay() -> NonFinite? {
      tape.reset()
      let (net, x) = (net, x)
      func loss(_ tape: inout Tape) -> Tensor {
        let input = tape.input(x, Shape(15, 2), requiresGradient: true)
        let sequences = tape.makeSequences(offsets: LocatingTests.offsets)
        return sum(net(RaggedTensor(steps: input, sequences: sequences), &tape).final, &tape)
      }
      tape.backward(from: loss(&tape), into: &parameters)
      return tape.replay(into: &parameters, loss)
    }
  }

  @Test("Nothing is found in a healthy step, whose gradients are forgotten")
  func healthy() throws {
    var net = try Net(.gru(), units: 4)
    let first = net.replay()
    #expect(first == nil)
    let step = net.tape.step
    let second = net.replay()
    #expect(second == nil)
    let next = net.tape.step
    #expect(next == step + 1)
  }

  @Test("A weight of one gate that is not a number: the parameter, row and column")
  func weight() throws {
    var net = try Net(.gru(), units: 4)
    let place = net.parameters.find("net.weight_hh")
    let weight = try #require(place)
    net.parameters.values(of: weight)[4 * 4 + 2] = .nan
    let result = net.replay()
    let found = try #require(result)
    #expect(found.origin == .parameter && found.source == "net.weight_hh" && found.layer == "net")
    #expect(found.element == 18 && found.index == [4, 2] && found.value.isNaN)
    #expect(
      found.description
        == "parameter 'net.weight_hh' of layer 'net' is nan at element 18 [4, 2] since an earlier update")
  }

  @Test("One element of an input")
  func input() throws {
    var net = try Net(.lstm(), units: 4)
    net.x[23] = .infinity
    let result = net.replay()
    let found = try #require(result)
    #expect(found.origin == .input && found.source == "recurrent" && found.layer == "net")
    #expect(found.index == [11, 1] && found.value == .infinity)
  }

  @Test("The logarithm of zero in a loss")
  func logarithm() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 10)
    let found = tape.replay(into: &parameters) { tape in
      let x = tape.input([0.25, 0.5, 0.25, 1, 0, 0], Shape(2, 3), requiresGradient: true)
      return mean(multiply(log(x, &tape), x, &tape), &tape)
    }
    #expect(found?.origin == .output && found?.source == "log" && found?.layer == nil)
    #expect(found?.index == [1, 1] && found?.value == -.infinity && found?.run == 1)
  }

  @Test("An overflow at one time step of one sequence, in either direction, in the upper layer of two")
  func overflow() throws {
    for direction in [ReadingDirection.leftToRight, .rightToLeft, .bidirectional] {
      var net = try Net(.elman(.relu), units: 1, direction: direction, layers: 2)
      // The first layer passes its input on, the second multiplies its state by 10^10 at every step.
      net.set(["weight_ih_l0": 1, "weight_ih_l0_reverse": 1, "weight_ih_l1": 1, "weight_ih_l1_reverse": 1])
      let name = "net.weight_hh_l1" + (direction == .bidirectional ? "_reverse" : "")
      let weight = net.parameters.find(name)
      let handle = try #require(weight)
      net.parameters.values(of: handle).fill(1e10)
      net.x = Array(repeating: 0, count: 30)
      // The first and the last element of the last sequence.
      net.x[20] = 1
      net.x[28] = 1
      let result = net.replay()
      let found = try #require(result)
      #expect(found.origin == .output && found.source == "recurrent" && found.layer == "net")
      #expect(found.step == SequenceStep(step: direction == .leftToRight ? 4 : 0, sequence: 2))
      #expect(found.part == "state" && found.element == 0 && found.value == .infinity)
      #expect(found.run == (direction == .bidirectional ? 4 : 2))
    }
  }

  @Test("A gradient that overflows on its way back through time")
  func backwardThroughTime() throws {
    var net = try Net(.elman(.relu), units: 1)
    net.set(["weight_ih": 1, "weight_hh": 1e10])
    net.x = Array(repeating: 0, count: 30)
    // Of the sequence of 5 steps only; its final state is 10^10, and the first step's gradient 10^40.
    net.x[20] = 1e-30
    for t in 0..<15 where !(10...14).contains(t) { net.x[2 * t] = -1 }
    let result = net.replay()
    let found = try #require(result)
    #expect(found.origin == .inputGradient && found.source == "recurrent")
    #expect(found.step == SequenceStep(step: 0, sequence: 2) && found.part == "state")
    #expect(
      found.description.hasPrefix("going back, operation 'recurrent' of layer 'net' gave inf at element 0"))
  }

  @Test("A slope that is infinite while all outputs are finite")
  func backwardOnly() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 10)
    let found = tape.replay(into: &parameters) { tape in
      let x = tape.input([4, 1, 0, 9], Shape(2, 2), requiresGradient: true)
      return sum(multiply(power(x, 0.5, &tape), 3, &tape), &tape)
    }
    #expect(found?.origin == .inputGradient && found?.source == "power" && found?.index == [1, 0])
  }

  @Test("The gradient of a parameter, by its name")
  func parameterGradient() throws {
    var parameters = Parameters(seed: 1)
    let layer = try Linear(inputs: 2, outputs: 2, named: "top", in: &parameters)
    parameters.values(of: layer.weight).fill(1e-30)
    var tape = Tape(for: parameters, capacity: 1 << 10)
    let found = tape.replay(into: &parameters) { tape in
      let x = tape.input([1, 1e30], Shape(1, 2))
      return sum(multiply(layer(x, &tape), 1e20, &tape), &tape)
    }
    #expect(found?.origin == .parameterGradient && found?.source == "affine" && found?.layer == "top")
    #expect(found?.parameter == "top.weight" && found?.index == [0, 1] && found?.value == .infinity)
  }

  /// A state that grows ten thousand million times a step.
  private struct Growing: StepCell {
    let units = 2
    func step(_ x: Tensor, _ state: TensorList, _ tape: inout Tape) -> TensorList {
      TensorList(add(x, multiply(state[0], 1e10, &tape), &tape))
    }
  }

  @Test("A time step of a cell of one's own", arguments: [false, true])
  func ownCell(readsRightToLeft: Bool) throws {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let layer = StepLayer(Growing(), readsRightToLeft: readsRightToLeft)
    let result = tape.replay(into: &parameters) { tape in
      var x = [Float](repeating: 0, count: 30)
      x[readsRightToLeft ? 29 : 21] = 1
      let input = tape.input(x, Shape(15, 2))
      let sequences = tape.makeSequences(offsets: Self.offsets)
      return sum(layer(RaggedTensor(steps: input, sequences: sequences), &tape).final, &tape)
    }
    let found = try #require(result)
    #expect(found.origin == .output && found.value == .infinity)
    #expect(found.step == SequenceStep(step: readsRightToLeft ? 0 : 4, sequence: 2))
    #expect(found.index == [1, 1])
  }

  @Test("The replay drops what the step dropped")
  func masks() throws {
    var parameters = Parameters(seed: 9)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    func loss(_ tape: inout Tape) -> Tensor {
      let x = tape.input(Array(repeating: 3e38, count: 64), Shape(64))
      return sum(dropout(x, probability: 0.9, stream: 1, &tape), &tape)
    }
    for _ in 0..<5 {
      tape.reset()
      let y = tape.input(Array(repeating: 1, count: 64), Shape(64))
      let kept = tape.array(dropout(y, probability: 0.9, stream: 1, &tape)).firstIndex { $0 != 0 }
      let found = tape.replay(into: &parameters, loss)
      #expect(found?.source == "dropout" && found?.element == kept)
    }
  }
}
