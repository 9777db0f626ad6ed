@testable import SluiceFlow

/// Charts that the tests draw.
enum Samples {
  static let plain = FlowChart(
    title: "Gradient flow",
    bars: [
      FlowBar(name: "embedding", value: 3.2e-4), FlowBar(name: "gru", value: 1.1e-3),
      FlowBar(name: "output", value: 8.4e-3),
    ])

  static let empty = FlowChart(title: "Nothing", bars: [])
  static let single = FlowChart(title: "One", bars: [FlowBar(name: "only", value: 1e-3)])
  static let equal = FlowChart(
    title: "Equal", bars: ["a", "b", "c"].map { FlowBar(name: $0, value: 2.5e-3) })

  /// Every kind of value, blocked and not.
  static let troubled = FlowChart(
    title: "Troubled",
    bars: [
      FlowBar(name: "fine", value: 1e-2),
      FlowBar(name: "tiny", value: 2e-8, isBlocked: true, note: "near zero for 12 steps"),
      FlowBar(name: "zero", value: 0), FlowBar(name: "dead", value: 0, isBlocked: true),
      FlowBar(name: "nan", value: .nan), FlowBar(name: "inf", value: .infinity),
      FlowBar(name: "negative", value: -3e-3),
    ])

  static let hostile = FlowChart(
    title: "A <title> & \"more\"\u{1B}[31m",
    bars: [
      FlowBar(name: "a<b>&\"c\"'d'\nnext\u{0}\u{202E}\u{FFFE}]]>", value: 1, note: "<script>&"),
      FlowBar(name: "層の名前.重み", value: 2), FlowBar(name: "", value: 3),
    ], axisLabel: "|∂loss/∂w| < 1")

  static let extremes = FlowChart(
    title: "Extremes",
    bars: [
      FlowBar(name: "least", value: .leastNonzeroMagnitude),
      FlowBar(name: "most", value: .greatestFiniteMagnitude),
    ])

  static func layers(_ count: Int) -> FlowChart {
    FlowChart(
      title: "Gradient flow of a deep network after many steps of training",
      bars: (0..<count).map {
        FlowBar(
          name: "encoder.block.\($0).attention.query.weight", value: 1e-2 / Double($0 + 1),
          isBlocked: $0 % 7 == 3)
      })
  }

  static let all = [
    plain, empty, single, equal, troubled, hostile, extremes, layers(3), layers(12), layers(40),
    FlowChart(title: "", bars: [FlowBar(name: String(repeating: "long", count: 60), value: 1e-9)]),
  ]
}
