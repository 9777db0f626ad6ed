import Sluice

/// A healthy training on the data of the other source.
func other(
  _ model: ModelName, _ name: String, _ change: @escaping @Sendable (inout Setup) -> Void = { _ in }
) -> Healthy {
  Healthy(model, "other data, " + name) {
    $0.readOther()
    change(&$0)
  }
}

/// Healthy trainings on the data of the other source, and more on the usual ones. They were written apart from the rules, and looked at when those stood.
let healthyOther: [Healthy] =
  healthyTables + healthyPrices + healthyStrings + healthyGrammar + healthyEveryday + healthyEverydaySequences
