import Foundation

/// The recurrent operators of ONNX as their page says them (https://onnx.ai/onnx/operators), for one sequence and direction.
///
/// `w` [gates·units, inputs], `r` [gates·units, units] and `b`, the biases of both, have the gates in the order z, r, h of a GRU
/// and i, o, f, c of an LSTM.
struct OperatorFormula {
  let type: String
  let units: Int
  let w: [Float]
  let r: [Float]
  let b: [Float]

  /// The state after the last of the inputs.
  func final(_ inputs: [[Float]]) -> [Float] {
    var h = [Float](repeating: 0, count: units)
    var c = h
    for x in inputs {
      switch type {
      case "RNN": h = (0..<units).map { tanh(input(0, $0, x) + state(0, $0, h)) }
      case "GRU":
        let z = (0..<units).map { logistic(input(0, $0, x) + state(0, $0, h)) }
        let reset = (0..<units).map { logistic(input(1, $0, x) + state(1, $0, h)) }
        // linear_before_reset = 1
        let new = (0..<units).map { tanh(input(2, $0, x) + reset[$0] * state(2, $0, h)) }
        h = (0..<units).map { (1 - z[$0]) * new[$0] + z[$0] * h[$0] }
      default:
        let gates = (0..<3).map { gate in
          (0..<units).map { logistic(input(gate, $0, x) + state(gate, $0, h)) }
        }
        let new = (0..<units).map { tanh(input(3, $0, x) + state(3, $0, h)) }
        c = (0..<units).map { gates[2][$0] * c[$0] + gates[0][$0] * new[$0] }
        h = (0..<units).map { gates[1][$0] * tanh(c[$0]) }
      }
    }
    return h
  }

  private func input(_ gate: Int, _ unit: Int, _ x: [Float]) -> Float {
    dot(w, gate * units + unit, x) + b[gate * units + unit]
  }

  private func state(_ gate: Int, _ unit: Int, _ h: [Float]) -> Float {
    dot(r, gate * units + unit, h) + b[b.count / 2 + gate * units + unit]
  }

  private func dot(_ matrix: [Float], _ row: Int, _ vector: [Float]) -> Float {
    vector.indices.reduce(0) { $0 + matrix[row * vector.count + $1] * vector[$1] }
  }

  private func logistic(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
}
