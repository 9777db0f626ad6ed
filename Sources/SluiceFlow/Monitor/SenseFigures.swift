import SluiceCore

/// What an operation told of itself beside its output; what the figures are depends on `kind`.
public struct SenseFigures: Sendable {
  /// What the figures are about.
  public enum Kind: Int, Sendable {
    /// An affine map of an affine map: the width between them, the inputs before, the outputs after.
    case affineChain
    /// Dropout: the probability.
    case dropout
    /// A normalization: the share of rows whose variance is near epsilon, the root mean square of the gain (-1 for none).
    case normalization
    /// Attention: the entropy of its weights by the logarithm of what a row sees, the mean of the largest weight.
    case attention
    /// Triplets: the margin, the share that costs something, the mean distance of the negative, the largest difference possible.
    case triplets
    /// A temperature, and what it divides.
    case temperature
    /// Recurrent runs: 1 where states were given, 1 where all that were given are zero, the longest sequence.
    case sequences
    /// Rows looked up: the share of the most frequent id, the number of ids, the rows of the table.
    case lookup
    /// A function between the last layer and the loss: which (1 tanh, 2 sigmoid, 3 ReLU), the share of targets that it cannot reach, −1
    /// where there are none, and 1 where the loss takes a sigmoid of it, or the classes that it takes a softmax over.
    case outputFunction
    /// Several dropouts one after the other on the way to the last affine map: the share that all of them drop, and how many they are.
    case dropoutWay
    /// What a loss takes for logits by what the last affine map gives, with the sign changed so that the least counts, and its size.
    case logitScale
  }

  /// The layer, and the operation where it needs telling.
  public let name: String
  /// What they are about, and so what each of them is.
  public let kind: Kind
  let layer: LayerHandle
  /// The parameter it concerns, by its place in the table; -1 for none.
  var parameter = -1
  /// Whether it ran in the last observation.
  var isNew = false
  /// The first figure; see `kind`.
  public internal(set) var a: Float = 0
  /// The second figure.
  public internal(set) var b: Float = 0
  /// The third figure.
  public internal(set) var c: Float = 0
  /// The fourth figure.
  public internal(set) var d: Float = 0
}

/// All of them, in fixed places.
struct SenseTable: Sendable {
  private static let limit = 64
  var slots: [SenseFigures] = []

  init() { slots.reserveCapacity(Self.limit) }

  /// The margin of triplets, if there are any.
  var margin: Float? {
    for i in slots.indices where slots[i].kind == .triplets { return slots[i].a }
    return nil
  }

  /// Whether anything is dropped.
  var hasDropout: Bool {
    for i in slots.indices where slots[i].kind == .dropout && slots[i].a > 0 { return true }
    return false
  }

  mutating func begin() { for i in slots.indices { slots[i].isNew = false } }

  /// Keeps figures of a kind in a layer; of several runs the largest first figure, or the mean of lookups.
  mutating func add(
    _ kind: SenseFigures.Kind, _ layer: LayerHandle, parameter: Int = -1, _ tape: borrowing Tape, _ a: Float,
    _ b: Float = 0, _ c: Float = 0, _ d: Float = 0
  ) {
    var place: Int?
    for s in slots.indices
    where slots[s].kind == kind && slots[s].layer == layer && slots[s].parameter == parameter {
      place = s
    }
    if place == nil {
      guard slots.count < Self.limit else { return }
      slots.append(
        SenseFigures(name: tape.name(of: layer) ?? "", kind: kind, layer: layer, parameter: parameter))
      place = slots.count - 1
    }
    guard let place, !slots[place].isNew || a > slots[place].a else { return }
    slots[place].isNew = true
    (slots[place].a, slots[place].b, slots[place].c, slots[place].d) = (a, b, c, d)
  }
}

/// The share of the most frequent id of some ids, the padding left out, of which at most 512 are looked at: a vote finds it where it is
/// more than half, which is all that is asked for. 0 where nothing but padding is looked up, or something that stands together as padding does.
func largestShare(of ids: Indices, but padding: Int32) -> Float {
  guard ids.count > 0 else { return 0 }
  let stride = max(ids.count / 512, 1)
  var (candidate, votes): (Int32, Int) = (padding, 0)
  var i = 0
  while i < ids.count {
    if ids[i] != padding {
      if votes == 0 { candidate = ids[i] }
      votes += ids[i] == candidate ? 1 : -1
    }
    i += stride
  }
  var (same, all) = (0, 0)
  i = 0
  while i < ids.count {
    if ids[i] != padding {
      same += ids[i] == candidate ? 1 : 0
      all += 1
    }
    i += stride
  }
  let share = Float(same) / Float(max(all, 1))
  // What fills up sequences stands together, and is no symbol that takes the place of others. So ids are looked at one after the other: at
  // every so manieth, always the same places of sequences of one length would be.
  let length = min(ids.count, 512)
  let start = (ids.count - length) / 2
  var (found, seen, begun): (Float, Float, Float) = (0, 0, 0)
  for i in start..<start + length where ids[i] != padding {
    seen += 1
    if ids[i] == candidate { found += 1 }
    if ids[i] == candidate, i == start || ids[i - 1] != candidate { begun += 1 }
  }
  let isTogether = share < 0.98 && begun < 0.4 * found * (1 - found / max(seen, 1))
  return isTogether ? 0 : share
}
