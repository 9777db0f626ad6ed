public struct ProductKernels: Sendable {
  public init() {}
}
