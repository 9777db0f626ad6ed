// Checks every kernel of the table against double precision; `.ci/arm64` compiles this beside the kernels for arm64.

import HarnessC
import KernelInterface
import Kernels

func libmExp(_ x: Double) -> Double { exp(x) }
func libmLog(_ x: Double) -> Double { log(x) }
func libmErfc(_ x: Double) -> Double { erfc(x) }
func libmTanh(_ x: Double) -> Double { tanh(x) }
func libmLog1p(_ x: Double) -> Double { log1p(x) }
func libmSin(_ x: Double) -> Double { sin(x) }
func libmCos(_ x: Double) -> Double { cos(x) }

/// A function value in the layout that those of the table have.
private struct Nothing {
  let function: @Sendable () -> Void = {}
}

/// Runs the check of one kernel, or all; see `harness.h`.
///
/// A function that does nothing may stand for any other: what it is passed lies in registers and on the stack of the caller, who
/// cleans up.
@_cdecl("harness_run")
public func run(broken: Int, only: UnsafePointer<CChar>?) -> Int {
  var table = kernelTable
  if broken >= 0 {
    var nothing = Nothing()
    withUnsafeMutableBytes(of: &table) { bytes in
      withUnsafeBytes(of: &nothing) {
        bytes.baseAddress!.advanced(by: broken).copyMemory(from: $0.baseAddress!, byteCount: $0.count)
      }
    }
  }
  let checks =
    vectorChecks + gradientChecks + productChecks + byteProductChecks + reductionChecks + softmaxChecks
    + updateChecks
    + recurrentChecks + normalizationChecks + rowChecks + lossChecks + characterChecks
  var failures = 0
  var found = 0
  for check in checks {
    if let only, strcmp(only, check.name.text) != 0 { continue }
    found += 1
    var verdict = Verdict()
    check.run(table, &verdict)
    if verdict.failure != nil { failures += 1 }
    harness_print(
      check.name.text, verdict.error, verdict.bound, verdict.unit?.text, verdict.numbers,
      verdict.failure?.text)
  }
  return found == 0 ? 1 : failures
}

extension StaticString {
  fileprivate var text: UnsafePointer<CChar> {
    UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
  }
}
