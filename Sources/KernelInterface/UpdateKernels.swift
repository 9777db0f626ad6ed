public struct UpdateKernels: Sendable {
  public init() {}
}
