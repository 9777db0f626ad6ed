import Sluice

/// The gradients of all steps so far, as a training has them that never clears.
struct KeptGradients: Sendable {
  private let sums: Column
  private let handles: [ParameterHandle]

  /// For the parameters that are dense; no more can be added to them.
  init(for parameters: borrowing Parameters) {
    sums = Column(for: parameters, named: "gradients not cleared")
    handles = parameters.handles.filter { parameters[$0].updates == .dense }
  }

  /// Keeps the gradients of the last step.
  func keep(_ parameters: borrowing Parameters) {
    for handle in handles { sums[handle].copy(from: parameters.gradient(of: handle)) }
  }

  /// The same loss, behind which all that was kept is added to the gradients.
  func addUp(behind loss: Tensor, _ tape: inout Tape) -> Tensor {
    var loss = loss
    for handle in handles {
      let floats = sums[handle]
      let sum = tape.input(floats, Shape(floats.count))
      let y = tape.makeTensor(tape.shape(of: loss), requiresGradient: true)
      tape.values(of: y).copy(from: tape.values(of: loss))
      tape.record(AddedUp(loss: loss, sum: sum, parameter: handle, y: y))
      loss = y
    }
    return loss
  }
}

/// Hands on a loss, and a gradient to a parameter that has nothing to do with it.
private struct AddedUp: TapeOperation {
  static let name: StaticString = "added up"
  static let onlyMoves = true
  let loss: Tensor
  let sum: Tensor
  let parameter: ParameterHandle
  let y: Tensor

  var inputs: TensorList { TensorList(loss, sum) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    if let dy = tape.adjoint(of: y), let dx = tape.contribution(to: loss) { dx.add(dy[0], at: 0) }
    guard let gradient = tape.contribution(to: parameter) else { return }
    let sum = tape.values(of: sum)
    for i in 0..<sum.count { gradient.add(sum[i], at: i) }
  }
}
