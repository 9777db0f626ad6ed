import Sluice

/// Numbers → hidden layers → classes. The examples are clouds of points, four for each class, so no plane parts the classes; or the
/// rows of a table, see `Table`.
struct Perceptron: BenchModel {
  private static let cloudInputs = 8
  private static let cloudClasses = 4

  private let inputs, classes: Int
  private let setup: Setup
  private let stack: Stack
  let parts: ColumnParts
  let labels: (training: [Int32], validation: [Int32], fresh: [Int32])
  private var deck: Deck

  init(_ setup: Setup, in parameters: inout Parameters) throws {
    self.setup = setup
    let data = setup.data
    let isTable = data.source == .other
    inputs = isTable ? Table.inputs : Self.cloudInputs
    classes = isTable ? Table.classes : Self.cloudClasses
    let inputs = inputs
    let classes = classes
    stack = try Stack(setup.net, inputs: inputs, outputs: classes, in: &parameters)
    var labels: [[Int32]] = [[], [], []]
    var parts = ColumnParts(data, seed: setup.seed) { count, part in
      let (x, y) =
        isTable
        ? Table.rows(count, part: part, data, seed: setup.seed)
        : Self.clouds(count, part: part, data, seed: setup.seed)
      labels[Int(part) - 1] = y
      return x
    }
    let order = data.storedOrder(of: labels[0])
    parts.training.values = parts.training.taking(order)
    labels[0] = order.map { labels[0][$0] }
    parts.tell(labels.map { $0.map { 0.7 * (Float($0) - 1.5) } }, data, seed: setup.seed)
    for i in 1...2 { labels[i] = data.recounted(labels[i], classes: classes) }
    let leaked = min(labels[1].count, labels[0].count)
    if data.leaks || data.leaksNearly {
      parts.validation.values = parts.training.taking(0..<leaked)
      parts.validation.addNoise(data.leaksNearly ? 0.02 : 0, seed: setup.seed)
      labels[1] = Array(labels[0][..<leaked])
    }
    if data.leakedShare > 0 {
      let copied = min(Int(data.leakedShare * Float(labels[1].count)), labels[0].count)
      parts.validation.values.replaceSubrange(
        0..<copied * inputs, with: parts.training.taking(0..<copied))
      labels[1].replaceSubrange(0..<copied, with: labels[0][..<copied])
    }
    labels[0] = data.spoil(labels: labels[0], classes: classes, seed: setup.seed)
    if data.leaks { labels[1] = Array(labels[0][..<leaked]) }
    self.parts = parts
    self.labels = (labels[0], labels[1], labels[2])
    deck = Deck(data, keys: self.labels.training, seed: setup.seed)
  }

  private static func clouds(
    _ count: Int, part: UInt64, _ data: DataSetup, seed: UInt64
  ) -> (Columns, [Int32]) {
    var centers = Draw(seed, 0xCE)
    let clouds = 4 * cloudClasses
    let center = (0..<clouds * cloudInputs).map { _ in centers.normal() }
    var draw = Draw(seed, 0x100 + part)
    let firstShare =
      part == 1 ? max(data.firstClassShare, data.trainingFirstClassShare) : data.firstClassShare
    var x = Columns(width: cloudInputs)
    var labels: [Int32] = []
    for _ in 0..<count {
      var cloud = draw.below(clouds)
      // Validation and fresh examples are in the same proportion, as those of a user are.
      if draw.uniform() < firstShare { cloud = draw.below(4) * cloudClasses }
      labels.append(Int32(cloud % cloudClasses))
      for column in 0..<cloudInputs {
        x.values.append(0.93 * (center[cloud * cloudInputs + column] + 0.4 * draw.normal()))
      }
    }
    return (x, labels)
  }

  mutating func trainingLoss(_ step: Int, _ tape: inout Tape) -> Tensor {
    let places = deck.take(setup.data.batch)
    let rows = setup.data.spoiled(parts.training.taking(places), width: inputs, at: step)
    let x = tape.input(rows, Shape(places.count, inputs))
    let logits = stack(x, &tape)
    var draw = Draw(setup.seed, 0xA5_0000 + UInt64(step))
    let given = deck.labelPlaces(setup.data, at: step).map { labels.training[$0] }
    let chosen = setup.loss.masking(setup.data.counted(given, of: classes, at: step), &draw)
    return setup.loss.finished(setup.loss.ofClasses(logits, chosen, &tape), from: logits, step, &tape)
  }

  private func loss(_ part: Columns, _ labels: [Int32], _ tape: inout Tape) -> Float {
    tape.reset()
    let x = tape.input(part.values, Shape(part.count, inputs))
    return tape.scalar(crossEntropy(stack(x, &tape), labels, &tape))
  }

  func validationLoss(_ tape: inout Tape) -> Float { loss(parts.validation, labels.validation, &tape) }
  func freshLoss(_ tape: inout Tape) -> Float { loss(parts.fresh, labels.fresh, &tape) }
  var chanceLoss: Float? { classes == 4 ? 1.3863 : 1.6094 }
}
