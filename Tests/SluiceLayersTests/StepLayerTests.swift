import AllocationCounter
import Sluice
import TestSupport
import Testing

@Suite("Cells of one's own")
struct StepLayerTests {
  @Test(
    "Each built-in cell, written as operations on a time step, gives the same numbers through the open path",
    arguments: RecurrentNetTests.cells, ["", ", odd units, right to left"])
  func sameNumbers(cell: String, form: String) throws {
    let given = try RecurrentFixture.named(cell + form)
    let fixture = given.fixture
    var parameters = Parameters(seed: 1)
    let net = try given.makeNet(in: &parameters)
    let open = StepLayer(
      OpenCell(net.layers[0]), readsRightToLeft: given.options.direction == .rightToLeft)
    var tape = Tape(for: parameters, capacity: 1 << 18)
    let x = tape.input(fixture["x"].floats, Shape(fixture["x"].shape), requiresGradient: true)
    let batch = RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: given.offsets))
    let fused = net(batch, &tape)
    let result = open(batch, &tape)
    expectClose(
      tape.array(result.outputs.steps), tape.array(fused.outputs.steps).map(Double.init), "outputs")
    expectClose(tape.array(result.outputs.steps), fixture["y"].values, "outputs")
    expectClose(tape.array(result.final), fixture["final 0"].values, "final")

    func weighted(_ x: Tensor, _ name: String, _ tape: inout Tape) -> Tensor {
      multiply(x, tape.input(fixture[name].floats, tape.shape(of: x)), &tape)
    }
    var loss = joined(
      weighted(result.outputs.steps, "upstream", &tape), weighted(result.final, "upstream final 0", &tape),
      &tape)
    if given.hasCells {
      expectClose(tape.array(result.finals[1]), fixture["final cell 0"].values, "final cell")
      loss = joined(loss, weighted(result.finals[1], "upstream final cell 0", &tape), &tape)
    }
    let ones = [Float](repeating: 1, count: tape.shape(of: loss).count)
    tape.backward(from: loss, weights: ones, into: &parameters)
    expectClose(tape.adjointArray(x), fixture["d x"].values, "d x")
    for handle in parameters.handles {
      let name = parameters[handle].name
      expectClose(parameters.gradient(of: handle).array, fixture["d " + name].values, "d " + name)
    }
  }
}
