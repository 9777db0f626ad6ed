import SluiceCore

import CLibrary

/// e^x of every element. **Backward.** dx = dy · y. Infinite above 88.72.
public func exp(_ x: Tensor, _ tape: inout Tape) -> Tensor { function(.exp, x, &tape) }

/// The natural logarithm of every element. **Backward.** dx = dy / x.
///
/// **Edges.** −∞ at 0, with an infinite gradient; NaN below. See `logSumExp` for sums of exponentials.
public func log(_ x: Tensor, _ tape: inout Tape) -> Tensor { function(.log, x, &tape) }

/// The square root of every element. **Backward.** dx = dy / (2 y), and 0 where x is 0.
///
/// **Edges.** NaN below 0. The slope at 0 is infinite; taken as 0, it leaves the distance of a point to itself
/// without a gradient instead of giving NaN.
public func sqrt(_ x: Tensor, _ tape: inout Tape) -> Tensor { function(.squareRoot, x, &tape) }

/// The square of every element. **Backward.** dx = 2 x · dy.
public func square(_ x: Tensor, _ tape: inout Tape) -> Tensor { function(.square, x, &tape) }

/// x^exponent of every element. **Backward.** dx = dy · exponent · x^(exponent − 1), and 0 for exponent 0.
///
/// **Edges.** As C's `pow`: NaN for a negative x and an exponent that is no whole number.
public func power(_ x: Tensor, _ exponent: Float, _ tape: inout Tape) -> Tensor {
  exponent == 2 ? square(x, &tape) : function(.power, x, p: exponent, &tape)
}

/// |x| of every element. **Backward.** dx = dy · sign x, and 0 where x is 0.
public func abs(_ x: Tensor, _ tape: inout Tape) -> Tensor { function(.magnitude, x, &tape) }

/// Every element, but at least `low` and at most `high`. **Backward.** dx = dy inside, the limits included, else 0.
///
/// - Precondition: low ≤ high. NaN stays NaN.
public func clamp(_ x: Tensor, from low: Float, to high: Float, _ tape: inout Tape) -> Tensor {
  tape.expect(
    low <= high, "clamp", expected: "a lower limit not above the upper one", got: "\(low) and \(high)")
  return function(.clamp, x, p: low, q: high, &tape)
}

/// The softplus of every element, `y = ln(1 + eˣ)`: a smooth form of max(x, 0). **Backward.** dx = dy / (1 + e⁻ˣ).
///
/// **Edges.** 0 at −∞ and ∞ at ∞, without overflow in between.
public func softplus(_ x: Tensor, _ tape: inout Tape) -> Tensor { function(.softplus, x, &tape) }

/// The sine of every element, in radians. **Backward.** dx = dy · cos x.
///
/// **Edges.** Within 2 ulp for every finite x, however large; NaN at ±∞.
public func sin(_ x: Tensor, _ tape: inout Tape) -> Tensor { function(.sine, x, &tape) }

/// The cosine of every element, in radians. **Backward.** dx = −dy · sin x.
///
/// **Edges.** Within 2 ulp for every finite x, however large; NaN at ±∞.
public func cos(_ x: Tensor, _ tape: inout Tape) -> Tensor { function(.cosine, x, &tape) }

/// The functions of one element. The hot ones have kernels.
private enum ElementFunction: UInt8, Sendable {
  case exp, log, squareRoot, square, power, magnitude, clamp, softplus, sine, cosine
}

private func function(
  _ kind: ElementFunction, _ x: Tensor, p: Float = 0, q: Float = 0, _ tape: inout Tape
) -> Tensor {
  let y = tape.makeTensor(tape.shape(of: x), requiresGradient: tape.requiresGradient(x))
  let (source, target) = (tape.values(of: x), tape.values(of: y))
  switch kind {
  case .exp: tape.engine.exp(source, into: target)
  case .log: tape.engine.log(source, into: target)
  case .square: tape.engine.multiply(source, source, into: target)
  case .softplus: tape.engine.softplus(source, into: target)
  case .sine: tape.engine.sin(source, into: target)
  case .cosine: tape.engine.cos(source, into: target)
  case .squareRoot: for i in 0..<source.count { target[i] = source[i].squareRoot() }
  case .power: for i in 0..<source.count { target[i] = powf(source[i], p) }
  case .magnitude: for i in 0..<source.count { target[i] = source[i].magnitude }
  case .clamp: for i in 0..<source.count { target[i] = source[i] < p ? p : source[i] > q ? q : source[i] }
  }
  tape.record(ElementwiseFunction(kind: kind, x: x, y: y, p: p, q: q))
  return y
}

private struct ElementwiseFunction: TapeOperation {
  static let name: StaticString = "elementwise function"
  let kind: ElementFunction
  let x: Tensor
  let y: Tensor
  let p: Float
  let q: Float

  var function: StaticString {
    switch kind {
    case .exp: "exp"
    case .log: "log"
    case .squareRoot: "square root"
    case .square: "square"
    case .power: "power"
    case .magnitude: "magnitude"
    case .clamp: "clamp"
    case .softplus: "softplus"
    case .sine: "sin"
    case .cosine: "cos"
    }
  }
  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
    let (x, y) = (tape.values(of: x), tape.values(of: y))
    switch kind {
    case .exp:
      if dx.accumulate {
        tape.engine.multiplyAccumulate(dy, y, onto: dx.floats)
      } else {
        tape.engine.multiply(dy, y, into: dx.floats)
      }
    case .square:
      if dx.accumulate {
        let slope = tape.floats(tape.makeWorkspace(dy.count))
        tape.engine.multiply(dy, x, into: slope)
        tape.engine.accumulate(slope, scaledBy: 2, onto: dx.floats)
      } else {
        tape.engine.multiply(dy, x, into: dx.floats)
        tape.engine.accumulate(dx.floats, onto: dx.floats)
      }
    case .softplus: pass(dy, times: 1, to: dx, &tape) { $0.sigmoid($1, into: $2) }
    case .sine: pass(dy, times: 1, to: dx, &tape) { $0.cos($1, into: $2) }
    case .cosine: pass(dy, times: -1, to: dx, &tape) { $0.sin($1, into: $2) }
    case .log: for i in 0..<dy.count { dx.add(dy[i] / x[i], at: i) }
    case .squareRoot: for i in 0..<dy.count { dx.add(x[i] == 0 ? 0 : dy[i] / (2 * y[i]), at: i) }
    case .power: for i in 0..<dy.count { dx.add(p == 0 ? 0 : dy[i] * p * powf(x[i], p - 1), at: i) }
    case .magnitude: for i in 0..<dy.count { dx.add(x[i] > 0 ? dy[i] : x[i] < 0 ? -dy[i] : 0, at: i) }
    case .clamp: for i in 0..<dy.count { dx.add(x[i] < p || x[i] > q ? 0 : dy[i], at: i) }
    }
  }

  /// Passes dy · sign · slope(x) to the input.
  private func pass(
    _ dy: Floats, times sign: Float, to dx: Contribution, _ tape: inout Tape,
    slope: (Engine, Floats, Floats) -> Void
  ) {
    let slopes = tape.floats(tape.makeWorkspace(dy.count))
    slope(tape.engine, tape.values(of: x), slopes)
    if sign != 1 { tape.engine.scale(slopes, by: sign, into: slopes) }
    if dx.accumulate {
      tape.engine.multiplyAccumulate(dy, slopes, onto: dx.floats)
    } else {
      tape.engine.multiply(dy, slopes, into: dx.floats)
    }
  }
}
