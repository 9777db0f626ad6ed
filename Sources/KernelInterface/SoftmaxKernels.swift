/// Where a kernel reads labels.
public typealias LabelSource = UnsafePointer<Int32>

/// Softmax and what is computed through it, for each row of a dense matrix.
///
/// A row is shifted by its largest element first, so no finite logits overflow. -inf is a logit of
/// probability 0. A row that holds NaN or +inf, or nothing but -inf, has no softmax: all its results are NaN,
/// except that its log-sum-exp is +inf or -inf where no NaN is present.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct SoftmaxKernels: Sendable {
  /// y[r, c] = e^x[r, c] / sum over k of e^x[r, k]: `(x, y, rows, width)`. y may be x.
  public let softmax: @Sendable (Source, Target, Int, Int) -> Void
  /// dx[r, c] (+)= y[r, c] (dy[r, c] - sum over k of dy[r, k] y[r, k]), where y = softmax x:
  /// `(y, dy, dx, rows, width, accumulate)`. dx may be y or dy.
  public let softmaxGradient: @Sendable (Source, Source, Target, Int, Int, Bool) -> Void
  /// y[r] = ln of the sum over c of e^x[r, c]: `(x, y, rows, width)`.
  public let logSumExp: @Sendable (Source, Target, Int, Int) -> Void
  /// The loss -ln p[r, label[r]] and the softmax p: `(x, labels, ignored, p, losses, rows, width)`. A row
  /// whose label is `ignored` has loss 0; its softmax is written all the same. p may be x.
  public let crossEntropy: @Sendable (Source, LabelSource, Int32, Target, Target, Int, Int) -> Void
  /// dx[r, c] (+)= scale (p[r, c] - [c = label[r]]):
  /// `(p, labels, ignored, scale, dx, rows, width, accumulate)`. The gradient of a row whose label is
  /// `ignored` is 0. dx may be p.
  public let crossEntropyGradient:
    @Sendable (Source, LabelSource, Int32, Float, Target, Int, Int, Bool) -> Void

  /// Groups the kernels.
  public init(
    softmax: @escaping @Sendable (Source, Target, Int, Int) -> Void,
    softmaxGradient: @escaping @Sendable (Source, Source, Target, Int, Int, Bool) -> Void,
    logSumExp: @escaping @Sendable (Source, Target, Int, Int) -> Void,
    crossEntropy: @escaping @Sendable (Source, LabelSource, Int32, Target, Target, Int, Int) -> Void,
    crossEntropyGradient:
      @escaping @Sendable (Source, LabelSource, Int32, Float, Target, Int, Int, Bool) -> Void
  ) {
    unsafe self.softmax = softmax
    unsafe self.softmaxGradient = softmaxGradient
    unsafe self.logSumExp = logSumExp
    unsafe self.crossEntropy = crossEntropy
    unsafe self.crossEntropyGradient = crossEntropyGradient
  }
}
