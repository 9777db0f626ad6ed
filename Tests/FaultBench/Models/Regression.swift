import Foundation
import Sluice

/// Numbers → hidden layers → one number: a smooth function of six columns with a little noise, or a price,
/// see `Prices`.
struct Regression: BenchModel {
  private static let surfaceInputs = 6

  private let inputs: Int
  private let setup: Setup
  private let stack: Stack
  let parts: ColumnParts
  let targets: (training: [Float], validation: [Float], fresh: [Float])
  /// What fresh losses are divided by, so that those of targets in another unit can be compared.
  private let unit: Float
  private var deck: Deck

  init(_ setup: Setup, in parameters: inout Parameters) throws {
    self.setup = setup
    let isPrice = setup.data.source == .other
    inputs = isPrice ? Prices.inputs : Self.surfaceInputs
    stack = try Stack(
      setup.net, inputs: inputs, outputs: setup.loss.regression == .gaussian ? 2 : 1, in: &parameters)
    let data = setup.data
    var targets: [[Float]] = [[], [], []]
    var parts = ColumnParts(data, seed: setup.seed) { count, part in
      let (x, y) =
        isPrice
        ? Prices.rows(count, part: part, data, seed: setup.seed)
        : Self.surface(count, part: part, seed: setup.seed)
      targets[Int(part) - 1] = y
      return x
    }
    let order = data.storedOrder(of: targets[0])
    parts.training.values = parts.training.taking(order)
    targets[0] = order.map { targets[0][$0] }
    parts.tell(targets, data, seed: setup.seed)
    if data.hasMisalignedLabels, let last = targets[0].popLast() { targets[0].insert(last, at: 0) }
    if data.hasShuffledLabels {
      var draw = Draw(setup.seed, 0x1AB)
      draw.shuffle(&targets[0])
    }
    if data.leaks || data.leaksNearly {
      let leaked = min(targets[0].count, targets[1].count)
      parts.validation.values = parts.training.taking(0..<leaked)
      parts.validation.addNoise(data.leaksNearly ? 0.02 : 0, seed: setup.seed)
      targets[1] = Array(targets[0][..<leaked])
    }
    if data.targetNoise > 0 {
      var draw = Draw(setup.seed, 0x7A)
      for i in targets[0].indices { targets[0][i] += data.targetNoise * draw.normal() }
    }
    if data.targetExponent != 0 { targets = targets.map { $0.map { exp(data.targetExponent * $0) } } }
    if let value = data.targetSentinel {
      var draw = Draw(setup.seed, 0x5E)
      for i in targets[0].indices where draw.below(30) == 0 { targets[0][i] = value }
    }
    if !data.hasStandardizedTargets {
      targets = targets.map { $0.map { $0 * data.targetFactor + data.targetShift } }
    }
    self.parts = parts
    self.targets = (targets[0], targets[1], targets[2])
    unit = data.hasStandardizedTargets ? 1 : data.targetFactor
    deck = Deck(data, keys: self.targets.training, seed: setup.seed)
  }

  private static func surface(_ count: Int, part: UInt64, seed: UInt64) -> (Columns, [Float]) {
    var draw = Draw(seed, 0x200 + part)
    var x = Columns(width: surfaceInputs)
    var y: [Float] = []
    for _ in 0..<count {
      let row = (0..<surfaceInputs).map { _ in draw.normal() }
      x.values += row
      // Of mean 0 and variance about 1.
      y.append(0.7 * row[0] + 0.6 * row[1] * row[2] - 0.4 * row[3].magnitude + 0.3 + 0.1 * draw.normal())
    }
    return (x, y)
  }

  private func loss(_ outputs: Tensor, _ y: Tensor, _ form: LossSetup, _ tape: inout Tape) -> Tensor {
    if form.wrongAxis {
      // A column less a row is a matrix.
      let row = reshape(y, Shape(1, tape.shape(of: y).rows), &tape)
      return mean(square(subtract(outputs, row, &tape), &tape), &tape)
    }
    switch form.regression {
    case .square: return meanSquaredError(outputs, y, reduction: form.reduction, &tape)
    case .huber: return huber(outputs, y, reduction: form.reduction, &tape)
    case .gaussian:
      // −log of a normal density without its constant, of a mean and the logarithm of a variance.
      let center = slice(outputs, axis: 1, 0..<1, &tape)
      let logVariance = clamp(slice(outputs, axis: 1, 1..<2, &tape), from: -8, to: 8, &tape)
      let squares = square(subtract(center, y, &tape), &tape)
      let scaled = multiply(squares, exp(negate(logVariance, &tape), &tape), &tape)
      return multiply(mean(add(scaled, logVariance, &tape), &tape), 0.5, &tape)
    }
  }

  mutating func trainingLoss(_ step: Int, _ tape: inout Tape) -> Tensor {
    let places = deck.take(setup.data.batch)
    let rows = setup.data.spoiled(parts.training.taking(places), width: inputs, at: step)
    let x = tape.input(rows, Shape(places.count, inputs))
    let y = tape.input(
      deck.labelPlaces(setup.data, at: step).map { targets.training[$0] }, Shape(places.count, 1))
    let outputs = stack(x, &tape)
    return setup.loss.finished(loss(outputs, y, setup.loss, &tape), from: outputs, step, &tape)
  }

  private func loss(_ part: Columns, _ targets: [Float], _ tape: inout Tape) -> Float {
    tape.reset()
    let x = tape.input(part.values, Shape(part.count, inputs))
    let y = tape.input(targets, Shape(part.count, 1))
    var form = LossSetup()
    form.regression = setup.loss.regression
    return tape.scalar(loss(stack(x, &tape), y, form, &tape))
  }

  func validationLoss(_ tape: inout Tape) -> Float { loss(parts.validation, targets.validation, &tape) }
  func freshLoss(_ tape: inout Tape) -> Float {
    let exponent = setup.data.targetExponent
    if exponent != 0, !setup.data.hasStandardizedTargets {
      // Measured in the unit in which the targets are near unit scale.
      tape.reset()
      let outputs = stack(tape.input(parts.fresh.values, Shape(parts.fresh.count, inputs)), &tape)
      let logarithms = log(clamp(outputs, from: 1e-6, to: 1e30, &tape), &tape)
      let y = tape.input(targets.fresh.map { log($0) / exponent }, Shape(targets.fresh.count, 1))
      return tape.scalar(meanSquaredError(multiply(logarithms, 1 / exponent, &tape), y, &tape))
    }
    return rawFreshLoss(&tape)
  }

  private func rawFreshLoss(_ tape: inout Tape) -> Float {
    loss(parts.fresh, targets.fresh, &tape) / (setup.loss.regression == .square ? unit * unit : 1)
  }
  var chanceLoss: Float? { nil }
}
