import Foundation
import Sluice
import TestSupport

/// A thing of every day, as PyTorch and as Sluice do it: the right side of one of the pairs on the page for those who come from PyTorch.
struct Pair: Sendable, CustomStringConvertible {
  /// Its title on the page, by which both sides mark their code.
  let title: String
  /// Computes what the left side computes, by the same names.
  let run: @Sendable () throws -> [String: [Float]]

  init(_ title: String, _ run: @escaping @Sendable () throws -> [String: [Float]]) {
    self.title = title
    self.run = run
  }

  var description: String { title }

  static let all = models + tensors + sequences + losses + training + uses
}

/// What PyTorch computed, by the scripts of the folder `Fixtures`.
struct PairNumbers: Decodable {
  /// The checksums of the scripts that made the numbers.
  let scripts: [String: UInt32]
  /// By the titles of the pairs, and the names of what each computes.
  let numbers: [String: [String: [Double]]]

  static var folder: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/"
  }

  static func read() throws -> PairNumbers {
    try JSONDecoder().decode(
      PairNumbers.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "Fixtures/numbers.json")))
  }
}

/// Numbers from −0.5 to 0.5 that are easily made in any language; pairs.py has the same.
func spread(_ count: Int, from first: Int = 0) -> [Float] {
  (0..<count).map { Float(($0 + first) * 37 % 101 - 50) / 100 }
}

extension Parameters {
  /// Gives all parameters such numbers, one after the other in the order they were added.
  func fill() {
    var place = 0
    for handle in handles {
      let values = values(of: handle)
      values.copy(from: spread(values.count, from: place))
      place += values.count
    }
  }

  /// The values of all parameters in one list.
  var everything: [Float] { handles.flatMap { values(of: $0).array } }
}

/// The model of the pairs that need any: 3 inputs, 5 hidden units, 2 outputs.
struct Perceptron {
  let hidden: Linear
  let output: Linear

  init(in parameters: inout Parameters) throws {
    hidden = try Linear(inputs: 3, outputs: 5, named: "hidden", in: &parameters)
    output = try Linear(inputs: 5, outputs: 2, named: "output", in: &parameters)
    parameters.fill()
  }

  func callAsFunction(_ x: Tensor, _ tape: inout Tape) -> Tensor {
    output(tanh(hidden(x, &tape), &tape), &tape)
  }
}

/// Two batches of four rows and their labels.
let twoBatches: [(values: [Float], labels: [Int32])] = [
  (spread(12), [0, 1, 1, 0]), (spread(12, from: 12), [1, 1, 0, 0]),
]
