import SluiceCore

extension GradientFlow {
  /// The chart of the remembered steps: a bar for each trained weight, first layer first. Biases are left out.
  public func chart(title: String = "Gradient flow") -> FlowChart {
    FlowChart(
      title: title,
      bars: parameters.indices.filter(isBar).map { i in
        FlowBar(
          name: Self.barName(parameters[i].name), value: Double(meanAbsolute(i)),
          isBlocked: isBlocked(i),
          note: isBlocked(i) ? "near zero for the last \(stepsNearZero(i)) steps" : nil)
      },
      axisLabel: "mean |gradient| over \(rememberedCount) steps")
  }

  /// The weights whose gradient stayed near zero for several steps in a row, up to the last.
  public var blockedLayers: [String] {
    parameters.indices.filter { isBar($0) && isBlocked($0) }.map { Self.barName(parameters[$0].name) }
  }

  /// A sentence for each of `blockedLayers`, which says since when and what it means.
  public var warnings: [String] {
    parameters.indices.filter { isBar($0) && isBlocked($0) }.map { i in
      "The gradient of \(ScreenText.quoted(Self.barName(parameters[i].name))) was near zero for the last \(stepsNearZero(i)) "
        + "steps (mean absolute value \(meanAbsolute(i))): its weights hardly move, and what lies "
        + "before it learns little."
    }
  }

  private func isBlocked(_ i: Int) -> Bool { stepsNearZero(i) >= Self.stepsUntilBlocked }

  /// The name of a weight's bar: the parameter's name without the word that says it is a weight, as in
  /// `output` for `output.weight` and `gru_hh` for `gru.weight_hh`.
  static func barName(_ parameter: String) -> String {
    var name = parameter
    for word in [".weight", "_weight"] {
      if let range = name.firstPlace(of: word) { name.removeSubrange(range) }
    }
    return name.isEmpty ? parameter : name
  }
}
