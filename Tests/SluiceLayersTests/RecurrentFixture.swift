import Sluice
import TestSupport
import Testing

/// A recurrent net as a case of `recurrent.json` describes it, and everything it is run on.
struct RecurrentFixture {
  static let kinds: [CellKind] = [
    .elman(), .elman(.relu), .gru(), .gru(.beforeProduct), .lstm(), .layerNormElman(), .layerNormGRU(),
    .layerNormLSTM(),
  ]
  let fixture: Fixture
  let kind: CellKind
  let inputs: Int
  let units: Int
  let options: RecurrentOptions
  let offsets: [Int32]

  static func named(_ name: String) throws -> RecurrentFixture {
    RecurrentFixture(try #require(try Fixture.cases("recurrent", in: .module)[name]))
  }

  init(_ fixture: Fixture) {
    self.fixture = fixture
    func integer(_ name: String) -> Int { fixture.integers[name]?.first ?? 0 }
    func share(_ name: String) -> Float { Float(integer(name)) / 1000 }
    kind = Self.kinds[integer("cell")]
    let sizes = fixture.integers["sizes"] ?? []
    inputs = sizes[0]
    units = sizes[1]
    var options = RecurrentOptions()
    options.layers = sizes[2]
    options.direction = [.leftToRight, .rightToLeft, .bidirectional][integer("direction")]
    options.dropout = share("dropout")
    options.inputDropout = share("input_dropout")
    options.recurrentDropout = share("recurrent_dropout")
    options.zoneout = share("zoneout")
    options.weightDrop = share("weight_drop")
    options.normalizesWeights = integer("weight_norm") > 0
    self.options = options
    offsets = (fixture.integers["offsets"] ?? []).map(Int32.init)
  }

  var isEvaluated: Bool { fixture.integers["evaluation"] == [1] }
  var hasCells: Bool { fixture.tensors["final cell 0"] != nil }

  func makeNet(in parameters: inout Parameters) throws -> RecurrentNet {
    let net = try RecurrentNet(
      kind, inputs: inputs, units: units, options: options, named: "net", in: &parameters)
    for handle in parameters.handles {
      parameters.set(parameters[handle].name, to: fixture[parameters[handle].name])
    }
    return net
  }

  func state(of net: RecurrentNet) -> RecurrentState? {
    guard let values = fixture.tensors["state"] else { return nil }
    var state = net.zeroState(sequences: offsets.count - 1)
    state.restore(values.floats)
    return state
  }

  /// A vector whose elements add up to all outputs times their weights.
  func total(_ result: RecurrentResult, _ tape: inout Tape) -> Tensor {
    var all = weighted(result.outputs.steps, "upstream", &tape)
    for layer in 0..<options.layers {
      all = joined(all, weighted(result.final(layer: layer, tape), "upstream final \(layer)", &tape), &tape)
      if hasCells {
        let cell = weighted(result.finalCell(layer: layer, tape), "upstream final cell \(layer)", &tape)
        all = joined(all, cell, &tape)
      }
    }
    return all
  }

  private func weighted(_ x: Tensor, _ name: String, _ tape: inout Tape) -> Tensor {
    multiply(x, tape.input(fixture[name].floats, tape.shape(of: x)), &tape)
  }
}

/// A tensor without values that passes its adjoint back to two others, as a concatenation would. An operation of the
/// tests' own: any package can write one.
func joined(_ a: Tensor, _ b: Tensor, _ tape: inout Tape) -> Tensor {
  let y = tape.makeTensor(Shape(tape.shape(of: a).count + tape.shape(of: b).count), requiresGradient: true)
  tape.record(Joined(a: a, b: b, y: y))
  return y
}

private struct Joined: TapeOperation {
  static let name: StaticString = "joined"
  let a: Tensor
  let b: Tensor
  let y: Tensor
  var inputs: TensorList { TensorList(a, b) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y) else { return }
    let count = tape.shape(of: a).count
    if let da = tape.contribution(to: a) {
      for i in 0..<count { da.add(dy[i], at: i) }
    }
    if let db = tape.contribution(to: b) {
      for i in 0..<dy.count - count { db.add(dy[count + i], at: i) }
    }
  }
}
