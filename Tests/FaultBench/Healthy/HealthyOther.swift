let healthyOther: [Healthy] = ModelName.allCases.map { model in
  Healthy(model, "other data, as it is") { $0.readOther() }
}
