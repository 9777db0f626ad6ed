import Foundation
import Sluice

/// Examples as rows of numbers.
struct Columns: Sendable {
  let width: Int
  var values: [Float] = []
  var count: Int { values.count / width }

  /// The rows in another order.
  func taking(_ places: some Collection<Int>) -> [Float] {
    var taken: [Float] = []
    taken.reserveCapacity(places.count * width)
    for place in places { taken += values[place * width..<(place + 1) * width] }
    return taken
  }

  /// What faults do to a table of numbers before the model reads it. `reference` is the training part, whose means and deviations
  /// standardize.
  mutating func spoil(_ data: DataSetup, seed: UInt64) {
    var draw = Draw(seed, 0xC01)
    for i in values.indices {
      let column = i % width
      if data.constantColumns.contains(column) { values[i] = 0.5 }
      if let exponent = data.columnExponents[column] { values[i] = exp(exponent * values[i]) }
      if data.numberedColumn == column { values[i] = Float(i / width) }
      values[i] = values[i] * data.inputFactor * (data.columnFactors[column] ?? 1) + data.inputShift
      values[i] += data.columnShifts[column] ?? 0
      if let sentinel = data.sentinel, sentinel.column == column, draw.uniform() < 0.05 {
        values[i] = sentinel.value
      }
      if data.missingColumn == column, draw.uniform() < 0.05 { values[i] = .nan }
      if data.roundsInputs { values[i] = values[i].rounded(.towardZero) }
    }
  }

  /// Puts what is made from a label into a column, or noise of the same size.
  mutating func tell(_ labels: [Float], in column: Int, isNoise: Bool, seed: UInt64) {
    var draw = Draw(seed, 0x7E11)
    for row in labels.indices {
      values[row * width + column] = isNoise ? draw.normal() : labels[row] + 0.1 * draw.normal()
    }
  }

  /// Puts each column in the place of the one before it, and the first in that of the last.
  mutating func turnColumns() {
    for start in stride(from: 0, to: values.count, by: width) {
      values.insert(values.remove(at: start), at: start + width - 1)
    }
  }

  /// Divides each row by its norm.
  mutating func normalizeRows() {
    for start in stride(from: 0, to: values.count, by: width) {
      let places = start..<start + width
      let norm = values[places].reduce(0) { $0 + $1 * $1 }.squareRoot()
      for i in places { values[i] /= max(norm, 1e-6) }
    }
  }

  mutating func addNoise(_ deviation: Float, seed: UInt64) {
    var draw = Draw(seed, 0xADD)
    if deviation > 0 { for i in values.indices { values[i] += deviation * draw.normal() } }
  }

  func moments(of column: Int) -> (mean: Float, deviation: Float) {
    var (sum, squares) = (0.0, 0.0)
    for i in stride(from: column, to: values.count, by: width) where values[i].isFinite {
      sum += Double(values[i])
      squares += Double(values[i]) * Double(values[i])
    }
    let mean = sum / Double(count)
    return (Float(mean), Float(max(squares / Double(count) - mean * mean, 0).squareRoot()))
  }

  /// Takes the mean off each column and divides by its deviation, both of `reference`; what is missing becomes the mean.
  mutating func standardize(by reference: Columns) {
    for column in 0..<width {
      let (mean, deviation) = reference.moments(of: column)
      for i in stride(from: column, to: values.count, by: width) {
        values[i] = values[i].isFinite ? (values[i] - mean) / max(deviation, 1e-6) : 0
      }
    }
  }
}

/// Three parts of examples as columns, spoiled alike.
struct ColumnParts: Sendable {
  var training, validation, fresh: Columns

  init(_ data: DataSetup, seed: UInt64, _ make: (_ count: Int, _ part: UInt64) -> Columns) {
    training = make(data.examples, 1)
    validation = make(256, 2)
    fresh = make(256, 3)
    training.spoil(data, seed: seed)
    validation.spoil(data, seed: seed &+ 1)
    fresh.spoil(data, seed: seed &+ 2)
    if data.reordersOthers {
      validation.turnColumns()
      fresh.turnColumns()
    }
    if data.normalizesRows {
      training.normalizeRows()
      validation.normalizeRows()
      fresh.normalizeRows()
    }
    if data.validationFactor != 1 {
      validation.values = validation.values.map { $0 * data.validationFactor }
      fresh.values = fresh.values.map { $0 * data.validationFactor }
    }
    guard data.isStandardized || data.standardizesTrainingOnly else { return }
    let reference = training
    training.standardize(by: reference)
    guard data.isStandardized else { return }
    validation.standardize(by: reference)
    fresh.standardize(by: reference)
  }
}

extension ColumnParts {
  /// Lets a column tell the labels where it is so.
  mutating func tell(_ labels: [[Float]], _ data: DataSetup, seed: UInt64) {
    guard let (column, inValidation) = data.tellingColumn else { return }
    training.tell(labels[0], in: column, isNoise: false, seed: seed)
    validation.tell(labels[1], in: column, isNoise: !inValidation, seed: seed &+ 1)
    fresh.tell(labels[2], in: column, isNoise: true, seed: seed &+ 2)
  }
}

/// Hidden layers and an output layer, with the knobs that faults turn.
struct Stack {
  private let net: NetSetup
  private let hidden: [Linear]
  private let norms: [LayerNorm]
  private let dropout: Dropout
  private let output: Linear
  private let outputDropout: Dropout?

  init(_ net: NetSetup, inputs: Int, outputs: Int, in parameters: inout Parameters) throws {
    self.net = net
    var hidden: [Linear] = []
    var norms: [LayerNorm] = []
    for i in 0..<net.depth {
      hidden.append(
        try Linear(
          inputs: i == 0 ? inputs : net.units, outputs: net.units, initializer: net.initializer,
          biasInitializer: net.initializer == nil ? nil : .zeros, named: "hidden_\(i)", in: &parameters))
      if net.isNormalized {
        norms.append(try LayerNorm(width: net.units, named: "norm_\(i)", in: &parameters))
      }
    }
    self.hidden = hidden
    self.norms = norms
    dropout = try Dropout(probability: net.dropout, named: "dropout", in: &parameters)
    output = try Linear(
      inputs: net.outputReadsInput ? inputs : net.units, outputs: outputs, named: "output", in: &parameters)
    outputDropout =
      net.outputDropout > 0
      ? try Dropout(probability: net.outputDropout, named: "output_dropout", in: &parameters) : nil
  }

  func callAsFunction(_ x: Tensor, _ tape: inout Tape) -> Tensor {
    var h = x
    for i in hidden.indices {
      if net.detachedBefore == i { h = tape.detached(h) }
      h = hidden[i](h, &tape)
      if net.isNormalized { h = norms[i](h, &tape) }
      if !net.linearLayers.contains(i) { h = net.activate(h, &tape) }
      if let limit = net.clamp { h = clamp(h, from: -limit, to: limit, &tape) }
      if net.dropout > 0 { h = dropout(h, &tape) }
    }
    if net.summaryFactor != 1 { h = multiply(h, net.summaryFactor, &tape) }
    if net.detachedBefore == hidden.count { h = tape.detached(h) }
    var y = output(net.outputReadsInput ? x : h, &tape)
    if let function = net.outputActivation { y = net.apply(function, y, &tape) }
    return outputDropout?(y, &tape) ?? y
  }
}

extension DataSetup {
  /// What the inputs of this step are multiplied by.
  func factor(at step: Int) -> Float {
    if let badBatch, badBatch.step == step { return badBatch.factor }
    if let unitChange, step >= unitChange.step { return unitChange.factor }
    return 1
  }

  /// The rows of a batch as this step gets them.
  func spoiled(_ rows: [Float], width: Int, at step: Int) -> [Float] {
    var rows = rows
    let factor = factor(at: step)
    if factor != 1 { for i in rows.indices { rows[i] *= factor } }
    if drift != 0 { for i in rows.indices { rows[i] += drift * Float(step) } }
    if let badValue, badValue.step == step { rows[badValue.column] = badValue.value }
    if shufflesRows {
      var draw = Draw(UInt64(step), 0x5F)
      var order = Array(0..<rows.count / width)
      draw.shuffle(&order)
      rows = Columns(width: width, values: rows).taking(order)
    }
    if augmentation > 0 {
      var draw = Draw(UInt64(step), 0xA06)
      for i in rows.indices { rows[i] += augmentation * draw.normal() }
    }
    if standardizesBatches {
      var batch = Columns(width: width, values: rows)
      batch.standardize(by: batch)
      rows = batch.values
    }
    if blended > 0 {
      var draw = Draw(UInt64(step), 0xB1E)
      let others = Array(rows[width...] + rows[..<width])
      for start in stride(from: 0, to: rows.count, by: width) {
        let share = blended * draw.uniform()
        for i in start..<start + width { rows[i] += share * (others[i] - rows[i]) }
      }
    }
    if mixesRows {
      let count = rows.count / width
      rows = rows.indices.map { rows[$0 % count * width + $0 / count] }
    }
    for start in stride(from: 0, to: rows.count, by: width) {
      if let stuckColumn, step >= stuckColumn.step { rows[start + stuckColumn.column] = 0.37 }
      if let goneColumn, step >= goneColumn.step { rows[start + goneColumn.column] = .nan }
      if let swappedColumns, step >= swappedColumns.step {
        rows.swapAt(start + swappedColumns.first, start + swappedColumns.second)
      }
      if repeatsFirstRow { rows.replaceSubrange(start..<start + width, with: Array(rows[..<width])) }
    }
    return rows
  }
}
