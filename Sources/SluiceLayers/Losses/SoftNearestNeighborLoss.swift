import SluiceCore

import CLibrary

/// How entangled the classes of a layer are.
public struct Entanglement: Sendable, Equatable {
  /// The soft nearest neighbor loss: 0 where every sample has its neighbors in its own class.
  public let loss: Float
  /// The samples the loss is the mean over.
  public let counted: Int
  /// The samples left out because they are alone in their class.
  public let singletons: Int

  /// A report of the given figures.
  public init(loss: Float, counted: Int, singletons: Int) {
    self.loss = loss
    self.counted = counted
    self.singletons = singletons
  }
}

/// The soft nearest neighbor loss of a batch, as a monitor: no gradient, nothing recorded.
///
/// See `softNearestNeighborLoss` for shapes, formula and edges.
///
/// - Complexity: O(n² · width); allocates nothing.
public func entanglement(
  _ x: Tensor, _ labels: [Int32], temperature: Float = 1, distance: NeighborDistance = .squaredEuclidean,
  _ tape: inout Tape
) -> Entanglement {
  var sweep = NeighborSweep(x, labels, temperature: bounded(Double(temperature)), distance, &tape)
  let isFinite = sweep.isFinite(tape.engine)
  if isFinite { sweep.run(slopes: nil, &tape) }
  return Entanglement(
    loss: isFinite ? Float(sweep.loss) : .nan, counted: sweep.groups.counted,
    singletons: sweep.count - sweep.groups.counted)
}

/// The soft nearest neighbor loss: how little of each sample's neighborhood belongs to its own class.
///
/// **Shapes.** `x` [n, width], `labels` [n], the loss a scalar.
/// **Formula** (Frosst, Papernot, Hinton 2019, arXiv:1902.01889, equation 1), with d the distance:
///
///     loss_i = −ln( Σ_{j ≠ i, y_j = y_i} e^(−d(i, j) / T) / Σ_{k ≠ i} e^(−d(i, k) / T) )
///
/// and the mean over all samples that have another of their class. With S the sum over the own class and O that over
/// the others it is computed as ln(1 + O / S), both shifted by their least distance.
/// **Numerics.** No sum underflows, however far samples are from each other; small losses keep their relative
/// accuracy. Coordinates up to the largest float are allowed: those above 2⁴⁰ are scaled first. A loss above the
/// largest float is that float.
/// **Edges.** Samples alone in their class are left out of the mean but remain neighbors of others. 0, with
/// gradient 0, where nothing can be told: one class only, all classes distinct, no sample. Identical samples have
/// distance 0. Under cosine a zero vector has distance 1 to all and gradient 0. If a sample is not finite the loss is
/// NaN, and so are the gradients: `Tape.firstNonFinite` names where it came from.
/// **Backward.** In closed form, found together with the loss.
///
/// - Parameter temperature: T, taken to lie from 1e-30 to 1e30.
/// - Precondition: there is one label for each row.
/// - Complexity: O(n² · width), above 2,048 samples in blocks of 256 rows; allocates nothing.
public func softNearestNeighborLoss(
  _ x: Tensor, _ labels: [Int32], temperature: Float = 1, distance: NeighborDistance = .squaredEuclidean,
  _ tape: inout Tape
) -> Tensor {
  neighborLoss(x, labels, bounded(Double(temperature)), nil, 0, factor: 1, distance, &tape)
}

/// The soft nearest neighbor loss over one or several hidden layers, times a factor, with a temperature for each
/// layer that is fixed or learned.
///
///     let neighbors = try SoftNearestNeighborLoss(factor: -10, named: "neighbors", in: &parameters)
///     let loss = add(crossEntropy(logits, labels, &tape), neighbors(hidden, labels, &tape), &tape)
///
/// A positive factor pulls the classes of a layer apart, a negative one entangles them. The temperature is kept
/// positive by storing its logarithm, a parameter `name.log_temperature` [layers], saved with the model. See
/// `softNearestNeighborLoss` for formula and edges.
public struct SoftNearestNeighborLoss: Sendable, BitwiseCopyable {
  /// What the sum of the layers' losses is multiplied by; finite, below 0 to entangle the classes.
  public let factor: Float
  /// How far apart two samples are: d of the formula.
  public let distance: NeighborDistance
  /// The logarithms of the temperatures, one for each layer.
  public let logTemperature: ParameterHandle
  /// How many hidden layers the loss is taken over, from 1 to 4, each with a temperature of its own.
  public let layers: Int
  /// Marks what the loss records, so that reports can name it.
  public let layer: LayerHandle

  /// - Parameters:
  ///   - layers: how many hidden layers it is taken over, from 1 to 4.
  ///   - temperature: the temperature, at first.
  ///   - learnsTemperature: whether the temperatures are trained.
  /// - Throws: `ModelError` if the name is taken, the factor is not finite, the temperature not positive and
  ///   finite, or the layers are not from 1 to 4.
  public init(
    factor: Float = 1, layers: Int = 1, temperature: Float = 1, learnsTemperature: Bool = false,
    distance: NeighborDistance = .squaredEuclidean, named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    let operation = "SoftNearestNeighborLoss '\(name)'"
    guard factor.isFinite else {
      throw ModelError(operation, expected: "a finite factor", got: "\(factor)")
    }
    guard temperature > 0, temperature.isFinite else {
      throw ModelError(operation, expected: "a temperature above 0", got: "\(temperature)")
    }
    guard (1...4).contains(layers) else {
      throw ModelError(operation, expected: "from 1 to 4 layers", got: "\(layers)")
    }
    self.factor = factor
    self.distance = distance
    self.layers = layers
    layer = try parameters.addLayer(named: name)
    logTemperature = try parameters.add(
      "\(name).log_temperature", shape: Shape(layers), role: .bias,
      initializer: .constant(Float(log(Double(temperature)))), layer: layer)
    parameters.setTrainable(learnsTemperature, logTemperature)
  }

  /// The loss of one layer, times the factor.
  public func callAsFunction(_ x: Tensor, _ labels: [Int32], _ tape: inout Tape) -> Tensor {
    self(TensorList(x), labels, &tape)
  }

  /// The sum of the losses of several layers, times the factor.
  ///
  /// - Precondition: there are as many as `layers`.
  public func callAsFunction(_ hidden: TensorList, _ labels: [Int32], _ tape: inout Tape) -> Tensor {
    let previous = tape.enter(layer)
    defer { _ = tape.enter(previous) }
    tape.expect(
      hidden.count == layers, "softNearestNeighbors",
      expected: "\(layers) hidden tensors, one for each layer",
      got: "\(hidden.count)")
    var total = term(0, hidden, labels, &tape)
    for i in 1..<max(layers, 1) { total = add(total, term(i, hidden, labels, &tape), &tape) }
    return total
  }

  private func term(_ i: Int, _ hidden: TensorList, _ labels: [Int32], _ tape: inout Tape) -> Tensor {
    neighborLoss(
      hidden[i], labels, temperature(of: i, tape), logTemperature, i, factor: factor, distance, &tape)
  }

  /// The temperature of a layer as it is now.
  public func temperature(of i: Int = 0, in tape: borrowing Tape) -> Float { Float(temperature(of: i, tape)) }

  private func temperature(of i: Int, _ tape: borrowing Tape) -> Double {
    bounded(exp(Double(tape.values(of: logTemperature)[i])))
  }
}

/// A temperature inside the range that single precision can divide by; NaN stays.
private func bounded(_ temperature: Double) -> Double { min(max(temperature, 1e-30), 1e30) }

private func neighborLoss(
  _ x: Tensor, _ labels: [Int32], _ temperature: Double, _ parameter: ParameterHandle?, _ index: Int,
  factor: Float, _ distance: NeighborDistance, _ tape: inout Tape
) -> Tensor {
  let learns = parameter.map { tape.requiresGradient($0) } ?? false
  let needsSlopes = tape.requiresGradient(x)
  let loss = tape.makeTensor(Shape(), requiresGradient: needsSlopes || learns)
  let slopes = tape.makeWorkspace(needsSlopes ? tape.shape(of: x).count : 0)
  var sweep = NeighborSweep(x, labels, temperature: temperature, distance, &tape)
  if sweep.isFinite(tape.engine), temperature.isFinite {
    sweep.run(slopes: needsSlopes ? tape.floats(slopes) : nil, &tape)
    tape.values(of: loss)[0] = Float(sweep.loss) * factor
  } else {
    tape.values(of: loss)[0] = .nan
    tape.floats(slopes).fill(.nan)
  }
  let slope = Float(
    max(
      min(sweep.temperatureSlope, Double(Float.greatestFiniteMagnitude)),
      -Double(Float.greatestFiniteMagnitude)))
  tape.record(
    NeighborLoss(
      x: x, loss: loss, slopes: slopes, factor: factor, parameter: parameter, index: index,
      temperatureSlope: slope, temperature: Float(temperature), distance: distance, points: sweep.pointsRoom,
      scale: sweep.scale))
  return loss
}

private struct NeighborLoss: TapeOperation {
  static let name: StaticString = "softNearestNeighborLoss"
  let x: Tensor
  let loss: Tensor
  let slopes: Workspace
  let factor: Float
  let parameter: ParameterHandle?
  let index: Int
  let temperatureSlope: Float
  let temperature: Float
  let distance: NeighborDistance
  /// The samples, scaled, or their directions.
  let points: Workspace
  let scale: Float

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(loss) }

  func senses(_ tape: borrowing Tape) -> OperationSenses {
    OperationSenses(.temperature(temperature, spread: Float(meanDistance(tape))))
  }

  /// The mean distance over all pairs, by the sums of the columns: without looking at pairs. 0 for less than two samples.
  private func meanDistance(_ tape: borrowing Tape) -> Double {
    let count = tape.shape(of: x).rows
    guard count > 1, points.count > 0 else { return 0 }
    let (points, width) = (tape.floats(points), points.count / count)
    // Of all samples from their mean, and of the mean from 0, squared.
    var (within, mean) = (0.0, 0.0)
    for column in 0..<width {
      var sum = 0.0
      for row in 0..<count { sum += Double(points[row * width + column]) }
      let middle = sum / Double(count)
      mean += middle * middle
      for row in 0..<count {
        let difference = Double(points[row * width + column]) - middle
        within += difference * difference
      }
    }
    let others = Double(count - 1)
    switch distance {
    case .squaredEuclidean: return 2 * within / others / (Double(scale) * Double(scale))
    // The cosines of all pairs add up to the square of the sum of the directions, less the directions' own squares.
    case .cosine: return 1 - mean + within / (Double(count) * others)
    }
  }

  func backward(_ tape: inout Tape) {
    guard let dLoss = tape.adjoint(of: loss) else { return }
    if slopes.count > 0 { tape.contribute(tape.floats(slopes), scaledBy: factor * dLoss[0], to: x) }
    if let parameter, tape.requiresGradient(parameter),
      let gradient = tape.contribution(to: parameter)?.zeroed()
    {
      gradient[index] += factor * dLoss[0] * temperatureSlope
    }
  }
}
