import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Highway")
struct HighwayTests {
  @Test("Value and every gradient agree with PyTorch", arguments: KernelTable.available)
  func reference(kernels: KernelTable) throws {
    let fixture = try #require(try Fixture.cases("language", in: .module)["highway"])
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    let highway = try Highway(width: 19, named: "highway", in: &parameters)
    let names = ["gate.weight", "gate.bias", "transform.weight", "transform.bias"]
    func reference(_ name: String) -> String { name.replacingOccurrences(of: ".", with: "_") }
    for name in names { parameters.set("highway.\(name)", to: fixture[reference(name)]) }
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let x = tape.input(fixture["x"].floats, Shape(7, 19), requiresGradient: true)
    let y = highway(x, &tape)
    expectClose(tape.array(y), fixture["y"].values, "value")
    tape.backward(from: y, weights: fixture["weights"].floats, into: &parameters)
    expectClose(tape.adjointArray(x), fixture["d_x"].values, "x")
    for name in names {
      let found = parameters.find("highway.\(name)")
      let handle = try #require(found)
      expectClose(parameters.gradient(of: handle).array, fixture["d_\(reference(name))"].values, name)
    }
  }

  @Test("The gate's bias starts two below its usual values, the other's does not")
  func gateBias() throws {
    var parameters = Parameters(seed: 1)
    let highway = try Highway(
      width: 40, initializer: .uniform(-0.05, 0.05), named: "highway", in: &parameters)
    let gate = parameters.values(of: try #require(highway.gate.bias)).array
    #expect(gate.allSatisfy { $0 >= -2.05 && $0 <= -1.95 } && Set(gate).count > 30)
    let transform = parameters.values(of: try #require(highway.transform.bias)).array
    #expect(transform.allSatisfy { abs($0) <= 0.05 })
  }
}
