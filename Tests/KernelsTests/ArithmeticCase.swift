// Compiled into the check of the kernels for arm64 too, where there is neither the library nor its tests.
#if canImport(SluiceCore)
  import SluiceCore
#endif
import KernelInterface

/// A kernel as a function of two vectors and what the result held before, with its reference.
struct ArithmeticCase: Sendable {
  /// The name of the kernel among those of vectors.
  let kernel: StaticString
  var accumulates = false
  let run: @Sendable (KernelTable, Floats, Floats, Floats) -> Void
  let reference: @Sendable (Double, Double, Double) -> Double

  static let all: [ArithmeticCase] = [
    ArithmeticCase(
      kernel: "add", run: { unsafe $0.vector.add($1.source, $2.source, $3.pointer, $3.count) },
      reference: { a, b, _ in a + b }),
    ArithmeticCase(
      kernel: "subtract", run: { unsafe $0.vector.subtract($1.source, $2.source, $3.pointer, $3.count) },
      reference: { a, b, _ in a - b }),
    ArithmeticCase(
      kernel: "multiply", run: { unsafe $0.vector.multiply($1.source, $2.source, $3.pointer, $3.count) },
      reference: { a, b, _ in a * b }),
    ArithmeticCase(
      kernel: "multiplyAccumulate", accumulates: true,
      run: { unsafe $0.vector.multiplyAccumulate($1.source, $2.source, $3.pointer, $3.count) },
      reference: { a, b, y in y + a * b }),
    ArithmeticCase(
      kernel: "scale", run: { unsafe $0.vector.scale($1.source, 0.375, $3.pointer, $3.count) },
      reference: { a, _, _ in 0.375 * a }),
    ArithmeticCase(
      kernel: "addScaled",
      run: { unsafe $0.vector.addScaled($1.source, $2.source, -1.5, $3.pointer, $3.count) },
      reference: { a, b, _ in a - 1.5 * b }),
    ArithmeticCase(
      kernel: "tanhGradient",
      run: { unsafe $0.vector.tanhGradient($1.source, $2.source, $3.pointer, $3.count, false) },
      reference: { y, dy, _ in dy * (1 - y * y) }),
    ArithmeticCase(
      kernel: "tanhGradient", accumulates: true,
      run: { unsafe $0.vector.tanhGradient($1.source, $2.source, $3.pointer, $3.count, true) },
      reference: { y, dy, dx in dx + dy * (1 - y * y) }),
    ArithmeticCase(
      kernel: "sigmoidGradient",
      run: { unsafe $0.vector.sigmoidGradient($1.source, $2.source, $3.pointer, $3.count, false) },
      reference: { y, dy, _ in dy * y * (1 - y) }),
    ArithmeticCase(
      kernel: "sigmoidGradient", accumulates: true,
      run: { unsafe $0.vector.sigmoidGradient($1.source, $2.source, $3.pointer, $3.count, true) },
      reference: { y, dy, dx in dx + dy * y * (1 - y) }),
    ArithmeticCase(
      kernel: "reluGradient",
      run: { unsafe $0.vector.reluGradient($1.source, $2.source, $3.pointer, $3.count, false) },
      reference: { y, dy, _ in y > 0 || y.isNaN ? dy : 0 }),
    ArithmeticCase(
      kernel: "reluGradient", accumulates: true,
      run: { unsafe $0.vector.reluGradient($1.source, $2.source, $3.pointer, $3.count, true) },
      reference: { y, dy, dx in y > 0 || y.isNaN ? dx + dy : dx }),
  ]
}
