public struct VectorKernels: Sendable {
  public init() {}
}
