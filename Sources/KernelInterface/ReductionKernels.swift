public struct ReductionKernels: Sendable {
  public init() {}
}
