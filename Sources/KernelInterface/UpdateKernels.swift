/// The optimizers' formulas, swept over contiguous ranges of parameters.
///
/// Counts may be anything from zero; the ranges of one call have equal counts and do not overlap. Elements
/// are independent of each other, so a range may be cut anywhere. Means and buffers that would become
/// subnormal become 0: they no longer move a value, and arithmetic on them is many times slower on some processors.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct UpdateKernels: Sendable {
  /// θ −= η g; `UpdateStep` has all formulas.
  public let sgd: UpdateKernel
  /// b = μ b + g, θ −= η b.
  public let momentum: UpdateKernel
  /// b = μ b + g, θ −= η (g + μ b).
  public let nesterov: UpdateKernel
  /// s += g², θ −= η g / (√s + ε).
  public let adagrad: UpdateKernel
  /// s += r₂ (g² − s), θ −= η g / (√s + ε).
  public let rmsprop: UpdateKernel
  /// Like `rmsprop`, with √(s − m²) for √s and m the mean of g; a negative variance counts as 0.
  public let centeredRMSprop: UpdateKernel
  /// θ = keep θ − η m / (√v · rootScale + ε), with m and v the means of g and g².
  public let adam: UpdateKernel
  /// Like `adam`, with the largest v so far under the root.
  public let amsgrad: UpdateKernel
  /// θ = keep θ − g min(η, x) / (√g₂ + ε), with x = g₁² / (g₂ + ε).
  public let smorms3: UpdateKernel
  /// `(pointers, count, step, times)`: that many steps of SMORMS3 with gradient zero, in registers.
  public let idleSMORMS3: @Sendable (UpdatePointers, Int, UpdateStep, Int) -> Void
  /// `(values, buffers, count, matrix)`: both columns times [[x, y], [z, w]], for the steps of a linear rule.
  public let mix: @Sendable (Target, Target, Int, SIMD4<Float>) -> Void

  /// Groups the kernels.
  public init(
    sgd: @escaping UpdateKernel, momentum: @escaping UpdateKernel, nesterov: @escaping UpdateKernel,
    adagrad: @escaping UpdateKernel, rmsprop: @escaping UpdateKernel, centeredRMSprop: @escaping UpdateKernel,
    adam: @escaping UpdateKernel, amsgrad: @escaping UpdateKernel, smorms3: @escaping UpdateKernel,
    idleSMORMS3: @escaping @Sendable (UpdatePointers, Int, UpdateStep, Int) -> Void,
    mix: @escaping @Sendable (Target, Target, Int, SIMD4<Float>) -> Void
  ) {
    unsafe self.sgd = sgd
    unsafe self.momentum = momentum
    unsafe self.nesterov = nesterov
    unsafe self.adagrad = adagrad
    unsafe self.rmsprop = rmsprop
    unsafe self.centeredRMSprop = centeredRMSprop
    unsafe self.adam = adam
    unsafe self.amsgrad = amsgrad
    unsafe self.smorms3 = smorms3
    unsafe self.idleSMORMS3 = idleSMORMS3
    unsafe self.mix = mix
  }
}

/// `(pointers, count, step)`.
public typealias UpdateKernel = @Sendable (UpdatePointers, Int, UpdateStep) -> Void

/// The columns of an update. Those a rule does not have are never read.
@unsafe
public struct UpdatePointers {
  /// The parameters, which the rule moves.
  public var values: Target
  /// The gradients as they came, before scale and limit; only read.
  public var gradients: Source
  /// The rule's first accumulator: a of `UpdateStep`.
  public var first: Target
  /// The rule's second accumulator: b.
  public var second: Target
  /// The rule's third accumulator: c.
  public var third: Target

  /// Groups the columns.
  public init(values: Target, gradients: Source, first: Target, second: Target, third: Target) {
    unsafe self.values = unsafe values
    unsafe self.gradients = unsafe gradients
    unsafe self.first = unsafe first
    unsafe self.second = unsafe second
    unsafe self.third = unsafe third
  }
}

/// The numbers of one step. Before a rule sees it, every gradient becomes
///
///     g = clamp(gradientScale * gradient, -gradientLimit ... gradientLimit) + coupledDecay * value
///
/// The rules with g², all from `adagrad` on, also limit what is finite of g to ±1.8446743 · 10¹⁹, whose square is the last
/// finite one: they divide by the root of these squares, so that a larger gradient moves a value as far. Adagrad's sum
/// stops at the largest float. Where a rule keeps less than all of a value, that value is multiplied by `keep` first. With
/// η for `learningRate`, r1 and r2 for `firstRate` and `secondRate`, and a, b, c for the accumulators:
///
///     sgd             value -= η g
///     momentum        a = momentum a + g;   value -= η a
///     nesterov        a = momentum a + g;   value -= η (g + momentum a)
///     adagrad         a += g²;              value -= η g / (√a + ε)
///     rmsprop         a += r2 (g² - a);     value -= η g / (√a + ε)
///     centeredRMSprop  a += r2 (g² - a);     b += r2 (g - b);     value -= η g / (√(a - b²) + ε)
///     adam            a += r1 (g - a);      b += r2 (g² - b);
///                     value = keep value - η a / (√b rootScale + ε)
///     amsgrad         the same with c = max(b, c) under the root
///     smorms3         r = 1 / (a + 2);      b += r (g - b);      c += r (g² - c);   x = b² / (c + ε)
///                     value = keep value - g min(η, x) / (√c + ε);      a = (a + 1)(1 - x)
///
/// All accumulators start at zero: that of SMORMS3's memory is one less than the memory.
public struct UpdateStep: Sendable, Equatable {
  /// η, the schedule's factor and Adam's 1/(1 − β₁ᵗ) included.
  public var learningRate: Float
  /// What every gradient is multiplied by; 1 leaves it alone.
  public var gradientScale: Float
  /// The largest size of a gradient's element after the scale; infinity for none.
  public var gradientLimit: Float
  /// λ of the decay that is added to the gradient as λ · value; 0 for none.
  public var coupledDecay: Float
  /// What a value is multiplied by before it moves, 1 − η·λ for a decoupled decay and 1 for none; read by
  /// `adam`, `amsgrad` and `smorms3` alone.
  public var keep: Float
  /// μ; read by `momentum` and `nesterov` alone.
  public var momentum: Float
  /// 1 − β₁: how far the mean of the gradients moves towards the new one; read by `adam` and `amsgrad` alone.
  public var firstRate: Float
  /// 1 − β₂, or 1 − α: the same for the mean of their squares; in the centered RMSprop for both means.
  public var secondRate: Float
  /// 1/√(1 − β₂ᵗ), which corrects the root for its start at zero; read by `adam` and `amsgrad` alone.
  public var rootScale: Float
  /// ε, added to the root; by SMORMS3 also to the divisor of x.
  public var epsilon: Float

  /// The numbers of a step; the defaults are for rules that do not use them.
  public init(
    learningRate: Float, gradientScale: Float = 1, gradientLimit: Float = .infinity, coupledDecay: Float = 0,
    keep: Float = 1, momentum: Float = 0, firstRate: Float = 0, secondRate: Float = 0, rootScale: Float = 1,
    epsilon: Float = 0
  ) {
    self.learningRate = learningRate
    self.gradientScale = gradientScale
    self.gradientLimit = gradientLimit
    self.coupledDecay = coupledDecay
    self.keep = keep
    self.momentum = momentum
    self.firstRate = firstRate
    self.secondRate = secondRate
    self.rootScale = rootScale
    self.epsilon = epsilon
  }
}
