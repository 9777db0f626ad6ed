public struct RecurrentKernels: Sendable {
  public init() {}
}
