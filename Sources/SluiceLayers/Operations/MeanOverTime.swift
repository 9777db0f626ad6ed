import SluiceCore

/// The mean of each column over the steps of each sequence: mean pooling over time.
///
/// **Shapes.** x [rows of all sequences, width] → [sequences, width].
/// **Edges.** A sequence without steps gets zeros, as its final state is.
/// **Backward.** Every step of a sequence gets dy / its length.
///
/// - Complexity: O(elements); allocates nothing.
public func mean(_ x: RaggedTensor, _ tape: inout Tape) -> Tensor {
  let width = tape.shape(of: x.steps).width
  tape.expectRows(of: x, "mean over time")
  let layout = tape.layout(of: x.sequences)
  let y = tape.makeTensor(Shape(layout.count, width), requiresGradient: tape.requiresGradient(x.steps))
  let offsets = tape.indices(layout.offsets)
  let (source, target) = (tape.values(of: x.steps), tape.values(of: y))
  for i in 0..<layout.count {
    let mean = target.rows(i..<i + 1, width)
    tape.engine.columnSums(
      source.rows(Int(offsets[i])..<Int(offsets[i + 1]), width), into: mean, accumulate: false)
    tape.engine.scale(mean, by: 1 / Float(max(offsets[i + 1] - offsets[i], 1)), into: mean)
    // The mean of large numbers whose sum overflows is none.
    for column in 0..<width where mean[column].isInfinite {
      var sum = 0.0
      for row in offsets[i]..<offsets[i + 1] { sum += Double(source[Int(row) * width + column]) }
      mean[column] = Float(sum / Double(offsets[i + 1] - offsets[i]))
    }
  }
  tape.record(MeanOverTime(x: x, y: y, width: width))
  return y
}

private struct MeanOverTime: TapeOperation {
  static let name: StaticString = "mean over time"
  let x: RaggedTensor
  let y: Tensor
  let width: Int

  var inputs: TensorList { TensorList(x.steps) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x.steps) else { return }
    let layout = tape.layout(of: x.sequences)
    let offsets = tape.indices(layout.offsets)
    let share = tape.floats(tape.makeWorkspace(width))
    for i in 0..<layout.count {
      let steps = Int(offsets[i])..<Int(offsets[i + 1])
      tape.engine.scale(dy.rows(i..<i + 1, width), by: 1 / Float(max(steps.count, 1)), into: share)
      for row in steps {
        let target = dx.floats.rows(row..<row + 1, width)
        if dx.accumulate {
          tape.engine.accumulate(share, onto: target)
        } else {
          tape.engine.copy(share, into: target)
        }
      }
    }
  }
}
