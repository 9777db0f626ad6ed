/// A training in which nothing is wrong, of which nothing should be said.
struct Healthy: Sendable {
  let name: String
  let model: ModelName
  let change: @Sendable (inout Setup) -> Void

  init(_ model: ModelName, _ name: String, _ change: @escaping @Sendable (inout Setup) -> Void = { _ in }) {
    self.model = model
    self.name = "\(model.rawValue): \(name)"
    self.change = change
  }

  func setup(seed: UInt64) -> Setup {
    var setup = Setup(model)
    setup.seed = seed
    change(&setup)
    setup.vary()
    return setup
  }

  static let all =
    healthyColumns + healthySequences + healthyCommon + healthyUnseen
    + healthyFreshColumns + healthyFreshSequences + healthyOther + healthyLater
}
