/// One layer of a gradient-flow chart.
public struct FlowBar: Sendable, Equatable {
  /// The layer's name, shown in full. Control characters in it are shown as escapes.
  public var name: String
  /// The mean absolute gradient of the layer's weights. Zero and non-finite values are legal and are
  /// drawn as marks with a word of their own; of a negative value the magnitude is drawn.
  public var value: Double
  /// Whether the bar has been near zero for so many steps that the gradient counts as blocked here.
  public var isBlocked: Bool
  /// What else there is to say about this layer, such as "near zero for 12 steps". Shown below the chart in
  /// the terminal and on hovering in the SVG.
  public var note: String?

  /// A bar with the given properties.
  public init(name: String, value: Double, isBlocked: Bool = false, note: String? = nil) {
    self.name = name
    self.value = value
    self.isBlocked = isBlocked
    self.note = note
  }
}

/// The picture of a gradient's way through a network: one bar a layer, on a logarithmic scale.
///
/// A layer whose bar is almost zero for several steps in a row blocks what flows through it, and the loss
/// does not go down. The absolute value of a bar says little; compare it with its neighbors.
///
/// The chart is plain data. `terminal` and `svg` are pure functions of it: the same chart gives the same
/// text, byte for byte.
public struct FlowChart: Sendable, Equatable {
  /// The heading.
  public var title: String
  /// The layers in the order of the network, first layer first. May be empty.
  public var bars: [FlowBar]
  /// What the axis measures.
  public var axisLabel: String

  /// A chart of the given bars.
  public init(title: String, bars: [FlowBar], axisLabel: String = "mean |gradient|") {
    self.title = title
    self.bars = bars
    self.axisLabel = axisLabel
  }
}

extension FlowBar {
  /// How a value is drawn.
  enum Kind {
    /// A bar as long as the logarithm of this positive, finite value.
    case bar(Double)
    case zero
    case infinite
    case notANumber
  }

  var kind: Kind {
    if value.isNaN { return .notANumber }
    if value.isInfinite { return .infinite }
    return value == 0 ? .zero : .bar(abs(value))
  }

  /// The value as the terminal's column shows it.
  var figure: String {
    switch kind {
    case .bar(let value): scientific(value, fractionDigits: 2, exponentDigits: 2)
    case .zero: "0"
    case .infinite: "inf"
    case .notANumber: "NaN"
    }
  }

  /// The word for a value that has no bar.
  var word: String? {
    switch kind {
    case .bar: nil
    case .zero: "zero"
    case .infinite: "infinite"
    case .notANumber: "not a number"
    }
  }
}

extension FlowChart {
  /// The axis that holds every bar, or nil if no value is positive and finite.
  var scale: DecadeScale? {
    DecadeScale(
      values: bars.compactMap { bar in
        if case .bar(let value) = bar.kind { value } else { nil }
      })
  }
}
