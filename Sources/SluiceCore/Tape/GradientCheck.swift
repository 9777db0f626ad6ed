/// What a gradient check found for one tensor or parameter.
public struct GradientCheck: Sendable, CustomStringConvertible {
  /// The parameter's name, or `input 0`, `input 1`, … in the order they were given.
  public let name: String
  /// The elements compared.
  public let count: Int
  /// The largest difference beyond what rounding of the loss explains, as a share of the largest slope of either kind
  /// in the tensor.
  public let worstError: Double
  /// Where it is, counted row-major; 0 for a tensor without elements.
  public let worstElement: Int
  /// The gradient there by the tape.
  public let analytic: Double
  /// The gradient there by central differences.
  public let numeric: Double
  /// The difference there that rounding of the loss alone can make. Where it is as large as the slopes, the check tells
  /// nothing: take a constant off the loss, or a larger step.
  public let rounding: Double
  /// The largest error that passes.
  public let tolerance: Double

  /// Whether the gradient agrees. An error that is not a number never does.
  public var passes: Bool { worstError <= tolerance }

  /// One line that says whether the gradient agrees and where it is worst.
  public var description: String {
    "\(passes ? "agrees" : "DIFFERS"): \(name), \(count) elements, worst error \(worstError) at element "
      + "\(worstElement): \(analytic) by the tape, \(numeric) by differences, of which rounding may be \(rounding)"
  }
}

extension [GradientCheck] {
  /// Whether all gradients agree.
  public var pass: Bool { allSatisfy(\.passes) }
}

/// Compares the tape's gradients with central differences, for any computation of a scalar.
///
///     var parameters = Parameters(seed: 1)
///     let checks = checkGradients(inputs: [(values, Shape(4, 3))], of: &parameters) { inputs, tape in
///       sum(square(inputs[0], &tape), &tape)
///     }
///     print(checks.pass)
///
/// Single precision leaves about three digits to a difference, so `tolerance` should not be far below 1e-3. A loss that is
/// large beside its changes leaves less: each of the two losses of a difference may be off by its last digit, ε·|loss| with
/// ε = 2⁻²³, and so the slope by 2·ε·|loss| / (2·step). So much is allowed beside the tolerance. A computation that draws random numbers gets the same ones every time.
///
/// - Parameters:
///   - inputs: values and shapes of tensors to vary besides the parameters.
///   - parameters: the model; dense trainable parameters are varied, and tables with touched rows too. Their values
///     are restored, their gradients are those of the check afterwards.
///   - step: the distance to each side, as a share of an element's magnitude, or of 1 if that is larger.
///   - most: the most elements varied in one tensor, evenly spaced; nil for all.
///   - loss: computes a scalar from the inputs.
/// - Precondition: `loss` gives one element.
/// - Complexity: two runs of `loss` for each element varied. Allocates; meant for tests.
public func checkGradients(
  inputs: [(values: [Float], shape: Shape)] = [], of parameters: inout Parameters, step: Float = 1e-2,
  tolerance: Double = 2e-3, most: Int? = nil, capacity: Int = 1 << 24,
  _ loss: ([Tensor], inout Tape) -> Tensor
) -> [GradientCheck] {
  var tape = Tape(for: parameters, capacity: capacity, mode: .training)
  var values = inputs.map(\.values)

  func run(_ tape: inout Tape) -> (tensors: [Tensor], loss: Tensor) {
    // Every run draws the masks of the first.
    tape.step = 0
    tape.reset()
    let tensors = inputs.indices.map { tape.input(values[$0], inputs[$0].shape, requiresGradient: true) }
    return (tensors, loss(tensors, &tape))
  }

  parameters.clearGradients()
  let first = run(&tape)
  tape.backward(from: first.loss, into: &parameters)
  let inputGradients = first.tensors.map { tape.gradientArray($0) }
  var checks: [GradientCheck] = []
  for i in inputs.indices {
    var comparison = Comparison(name: "input \(i)", tolerance: tolerance)
    for element in elements(values[i].count, most) {
      let slope = slope(at: values[i][element], step) { value in
        values[i][element] = value
        return Double(tape.scalar(run(&tape).loss))
      }
      comparison.add(element, analytic: inputGradients[i][element], slope)
    }
    checks.append(comparison.result)
  }
  for handle in parameters.handles where parameters.isTrainable(handle) {
    let gradient = parameters.gradientArray(handle)
    let floats = parameters.values(of: handle)
    var comparison = Comparison(name: parameters[handle].name, tolerance: tolerance)
    for element in elements(floats.count, most) {
      let slope = slope(at: floats[element], step) { value in
        floats[element] = value
        return Double(tape.scalar(run(&tape).loss))
      }
      comparison.add(element, analytic: gradient[element], slope)
    }
    checks.append(comparison.result)
  }
  return checks
}

/// At most `most` of the places below `count`, evenly spaced.
private func elements(_ count: Int, _ most: Int?) -> [Int] {
  guard let most, most < count else { return Array(0..<count) }
  return (0..<most).map { $0 * count / most }
}

/// A slope by central differences, and how far rounding of the two values may have put it off.
private struct Slope {
  let value: Double
  let rounding: Double
}

/// The slope of a function at `x` by central differences; the last call of `value` is at `x` again.
private func slope(at x: Float, _ step: Float, _ value: (Float) -> Double) -> Slope {
  let distance = step * max(1, x.magnitude)
  let (upper, lower) = (x + distance, x - distance)
  let (above, below) = (value(upper), value(lower))
  _ = value(x)
  let width = Double(upper - lower)
  let rounding = Double(Float.ulpOfOne) * (abs(above) + abs(below)) / width
  // Of a loss that is not finite nothing is explained by rounding.
  return Slope(value: (above - below) / width, rounding: rounding.isFinite ? rounding : 0)
}

/// Collects slopes of both kinds.
private struct Comparison {
  let name: String
  let tolerance: Double
  var count = 0
  var largest = 0.0
  /// The worst so far: by how much it exceeds rounding first, then by how much it differs.
  var worst = (excess: 0.0, difference: 0.0, element: 0, analytic: 0.0, slope: Slope(value: 0, rounding: 0))

  init(name: String, tolerance: Double) {
    self.name = name
    self.tolerance = tolerance
  }

  mutating func add(_ element: Int, analytic: Float, _ slope: Slope) {
    let analytic = Double(analytic)
    count += 1
    largest = max(largest, abs(analytic), abs(slope.value))
    let difference = abs(analytic - slope.value)
    let excess = difference <= slope.rounding ? 0 : difference - slope.rounding
    // A comparison with not-a-number is false: such a slope counts as the worst.
    if worst.excess.isNaN { return }
    if count == 1 || !(excess <= worst.excess) || (excess == worst.excess && difference > worst.difference) {
      worst = (excess, difference, element, analytic, slope)
    }
  }

  var result: GradientCheck {
    let error = worst.excess == 0 ? 0 : worst.excess / (largest > 0 ? largest : 1)
    return GradientCheck(
      name: name, count: count, worstError: error.isNaN ? .infinity : error, worstElement: worst.element,
      analytic: worst.analytic, numeric: worst.slope.value, rounding: worst.slope.rounding,
      tolerance: tolerance)
  }
}

extension Tape {
  /// The adjoint of a tensor as an array, zeros where nothing reached it.
  fileprivate func gradientArray(_ tensor: Tensor) -> [Float] {
    adjoint(of: tensor)?.array ?? Array(repeating: 0, count: shape(of: tensor).count)
  }
}

extension Parameters {
  /// The gradient of a parameter as an array of all its elements.
  fileprivate func gradientArray(_ handle: ParameterHandle) -> [Float] {
    if updates(of: handle) == .dense { return gradient(of: handle).array }
    let touched = touchedRows(of: handle)
    var all = [Float](repeating: 0, count: touched.tableRows * touched.width)
    for i in 0..<touched.count {
      let row = touched.gradient(i)
      for j in 0..<touched.width { all[Int(touched.rowIDs[i]) * touched.width + j] = row[j] }
    }
    return all
  }
}
