import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Losses")
struct LossTests {
  /// A loss of a case, from its inputs.
  typealias Loss = @Sendable (Fixture, [String: Tensor], inout Tape) -> Tensor

  static let losses: [String: Loss] = {
    let target: @Sendable (Fixture, inout Tape) -> Tensor = {
      $1.input($0["target"].floats, Shape($0["target"].shape))
    }
    var all: [String: Loss] = [
      "mse": { meanSquaredError($1["x"]!, target($0, &$2), &$2) },
      "mse sum": { meanSquaredError($1["x"]!, target($0, &$2), reduction: .sum, &$2) },
      "huber": { huber($1["x"]!, target($0, &$2), delta: 0.7, &$2) },
      "bce": { binaryCrossEntropy(logits: $1["x"]!, target($0, &$2), &$2) },
      "hinge": { hinge($1["x"]!, target($0, &$2), &$2) },
      "contrastive": { contrastiveLoss($1["a"]!, $1["b"]!, temperature: 0.2, &$2) },
      "triplet cosine": { tripletLoss(anchor: $1["a"]!, positive: $1["p"]!, negative: $1["n"]!, &$2).loss },
      "triplet euclidean": {
        tripletLoss(
          anchor: $1["a"]!, positive: $1["p"]!, negative: $1["n"]!, margin: 1, score: .euclidean, &$2
        ).loss
      },
    ]
    for (name, smoothing, weighted) in [
      ("smoothed", Float(0.1), false), ("weighted", 0, true), ("both", 0.2, true),
    ] {
      for reduction in [Reduction.mean, .sum] {
        all["cross-entropy \(name) \(reduction)"] = { fixture, inputs, tape in
          crossEntropy(
            inputs["x"]!, fixture.integers["labels"]!.map(Int32.init), smoothing: smoothing,
            weights: weighted ? tape.input(fixture["weights"].floats, Shape(5)) : nil, reduction: reduction,
            &tape)
        }
      }
    }
    return all
  }()

  @Test("Every loss agrees with PyTorch in value and gradient", arguments: KernelTable.available)
  func reference(kernels: KernelTable) throws {
    let cases = try Fixture.cases("losses", in: .module).filter { !$0.key.hasPrefix("neighbors") }
    #expect(Set(cases.keys) == Set(Self.losses.keys))
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    var tape = Tape(for: parameters, capacity: 1 << 16)
    for (name, fixture) in cases {
      let loss = try #require(Self.losses[name])
      tape.reset()
      var inputs: [String: Tensor] = [:]
      for key in ["x", "a", "b", "p", "n"] {
        guard let reference = fixture.tensors[key] else { continue }
        inputs[key] = tape.input(reference.floats, Shape(reference.shape), requiresGradient: true)
      }
      let result = loss(fixture, inputs, &tape)
      expectClose([tape.scalar(result)], fixture["loss"].values, "\(name), value")
      tape.backward(from: result, into: &parameters)
      for (key, tensor) in inputs {
        expectClose(tape.adjointArray(tensor), fixture["d_\(key)"].values, "\(name), gradient of \(key)")
      }
    }
  }

  @Test("Every loss's gradient agrees with central differences")
  func differences() throws {
    for (name, fixture) in try Fixture.cases("losses", in: .module) where !name.hasPrefix("neighbors") {
      let loss = try #require(Self.losses[name])
      let keys = ["x", "a", "b", "p", "n"].filter { fixture.tensors[$0] != nil }
      var parameters = Parameters(seed: 1)
      let checks = checkGradients(
        inputs: keys.map { (fixture[$0].floats, Shape(fixture[$0].shape)) }, of: &parameters, step: 2e-3,
        tolerance: 2e-2, most: 15, capacity: 1 << 16
      ) { tensors, tape in
        loss(fixture, Dictionary(uniqueKeysWithValues: zip(keys, tensors)), &tape)
      }
      #expect(checks.pass, "\(name): \(checks)")
    }
  }

  @Test("Large logits and far embeddings give finite losses")
  func extremes() {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 14)
    let x = tape.input([1e30, -1e30, 500, -500], Shape(2, 2))
    let t = tape.input([1, 0, 1, 0], Shape(2, 2))
    #expect(tape.scalar(binaryCrossEntropy(logits: x, t, &tape)) == 0)
    #expect(tape.scalar(crossEntropy(x, [0, 0], smoothing: 0, &tape)) == 0)
    let far = tape.input([1e20, 0, 0, 1e20], Shape(2, 2))
    let near = tape.input([1e20, 1, 1, 1e20], Shape(2, 2))
    let zero = tape.input([0, 0, 0, 0], Shape(2, 2))
    for score in TripletScore.allCases {
      let result = tripletLoss(anchor: far, positive: near, negative: zero, score: score, &tape)
      #expect(tape.scalar(result.loss) == 0)
      #expect(result.report.active == 0)
    }
    #expect(tape.scalar(meanSquaredError(zero, tape.input([.nan, 0, 0, 0], Shape(2, 2)), &tape)).isNaN)
  }

  @Test("A contrastive loss that tells nothing apart is the logarithm of the batch")
  func guessing() {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 12)
    let same = tape.input([Float](repeating: 0.5, count: 24), Shape(8, 3))
    expectClose([tape.scalar(contrastiveLoss(same, same, &tape))], [log(8.0)], "ln 8")
  }
}
