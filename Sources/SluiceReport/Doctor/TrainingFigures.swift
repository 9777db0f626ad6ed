import SluiceFlow

/// The figures of a training by their steps, whoever logged them.
struct TrainingFigures: Sendable {
  /// A figure of a step.
  struct Point: Sendable {
    let step: Int
    let value: Double
  }

  /// All values that came under a name, by how telling the name is.
  private var series: [FigureName: [Int: [Point]]] = [:]

  /// Takes note of a figure; of one whose name says nothing, of nothing.
  mutating func add(_ key: String, _ value: Double, step: Int) {
    guard let (name, rank) = FigureName.of(key), name != .step else { return }
    // Far from where sums of steps would overflow; no training has as many.
    let step = min(max(step, 0), 1 << 52)
    series[name, default: [:]][rank, default: []].append(Point(step: step, value: value))
  }

  /// The values of a figure in the order of their steps, under the most telling of its names.
  func points(_ name: FigureName) -> [Point] {
    guard let all = series[name], let best = all.keys.min(), let points = all[best] else { return [] }
    // Of equal steps the order of the log counts.
    return points.enumerated().sorted { ($0.element.step, $0.offset) < ($1.element.step, $1.offset) }.map(
      \.element)
  }

  /// Whether there is a loss of any kind.
  var isEmpty: Bool { points(.loss).isEmpty && points(.validationLoss).isEmpty }

  /// What can be said of the training by these figures alone.
  func diagnosis() -> Diagnosis {
    var monitor = FigureMonitor()
    var lines: [Int: (loss: Float?, rate: Float?, norm: Float?, validation: Float?)] = [:]
    for point in points(.loss) { lines[point.step, default: (nil, nil, nil, nil)].loss = Float(point.value) }
    for point in points(.rate) { lines[point.step, default: (nil, nil, nil, nil)].rate = Float(point.value) }
    for point in points(.gradientNorm) {
      lines[point.step, default: (nil, nil, nil, nil)].norm = Float(point.value)
    }
    for point in points(.validationLoss) {
      lines[point.step, default: (nil, nil, nil, nil)].validation = Float(point.value)
    }
    for (step, line) in lines.sorted(by: { $0.key < $1.key }) {
      if line.loss != nil || line.rate != nil || line.norm != nil {
        monitor.observe(step: step, loss: line.loss, rate: line.rate, gradientNorm: line.norm)
      }
      if let value = line.validation { monitor.observeValidation(step: step, loss: value) }
    }
    return monitor.diagnosis
  }
}
