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

/// Healthy trainings on the data of the other source, and more on the usual ones: none of them was looked at when rules were tuned.
let healthyOther: [Healthy] =
  healthyTables + healthyPrices + healthyStrings + healthyGrammar + healthyEveryday + healthyEverydaySequences
