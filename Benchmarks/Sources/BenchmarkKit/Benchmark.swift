import Sluice

/// What one step of a benchmark does, for the figures derived from its time. Zero where it does not apply.
public struct Work: Sendable {
  /// Floating-point operations; a multiply-add counts two.
  public var flops = 0.0
  /// Bytes that have to cross from and to memory at least.
  public var bytes = 0.0
  /// Things finished, and what they are called.
  public var items = 0.0
  public var itemName = "steps"

  public init(flops: Double = 0, bytes: Double = 0, items: Double = 0, of itemName: String = "steps") {
    self.flops = flops
    self.bytes = bytes
    self.items = items
    self.itemName = itemName
  }
}

/// One thing to measure: a name, the work of a step, and how to get ready for it.
public struct Benchmark {
  /// Performs the step with this number. Different numbers bring different inputs, a few of them in turn, so
  /// that neither the caches nor the branch predictor know the answer.
  public typealias Step = (Int) -> Void

  /// `group/case`; the same in the peers' programs.
  public let name: String
  public let work: Work
  /// Allocates whatever the steps need, once, and returns the step.
  public let setup: (Setting) throws -> Step

  public init(_ name: String, work: Work, setup: @escaping (Setting) throws -> Step) {
    self.name = name
    self.work = work
    self.setup = setup
  }
}

/// Uses a value so that computing it cannot be optimized away.
@inline(never) @_optimize(none)
public func blackHole<Value>(_ value: Value) {}
