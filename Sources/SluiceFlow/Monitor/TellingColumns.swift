import SluiceCore

/// Whether a column of the input tells the label, or the target, by itself: then it was made from it, and is not there when it counts.
extension InputTable {
  /// In so many of the first observations it is looked for.
  private static let observations = 16
  private static let rows = 64
  private static let bins = 32

  /// Compares each column with the labels: of how much of its variance lies between classes.
  mutating func compare(_ input: Tensor, with labels: Indices, classes: Int, _ tape: borrowing Tape) {
    guard let slot = place(of: input, rows: labels.count, tape), classes > 1, classes <= Self.bins else {
      return
    }
    let (values, width) = (tape.values(of: input), slots[slot].width)
    let taken = min(labels.count, Self.rows)
    var (most, best): (Double, Int) = (0, -1)
    for k in 0..<slots[slot].columns {
      let column = slots[slot].column(k)
      var sums = InlineArray<32, Double>(repeating: 0)
      var counts = InlineArray<32, Double>(repeating: 0)
      var (sum, squares, count) = (0.0, 0.0, 0.0)
      for row in 0..<taken where labels[row] >= 0 && Int(labels[row]) < classes {
        let x = Double(values[row * width + column])
        sums[Int(labels[row])] += x
        counts[Int(labels[row])] += 1
        (sum, squares, count) = (sum + x, squares + x * x, count + 1)
      }
      guard count >= 16 else { return }
      let all = squares - sum * sum / count
      var (between, present) = (-sum * sum / count, 0)
      for c in 0..<classes where counts[c] > 0 {
        between += sums[c] * sums[c] / counts[c]
        present += 1
      }
      guard all > 1e-9 * squares, present >= 2, Double(present) < count / 4 else { continue }
      if between / all > most { (most, best) = (between / all, k) }
    }
    note(slot, most > 0.97 ? best : -1)
  }

  /// Compares each column with the targets: the square of their correlation. Where others go with them nearly as well,
  /// as the last values of a series do with the next, nothing is made from anything.
  mutating func compare(_ input: Tensor, with targets: Floats, _ tape: borrowing Tape) {
    guard let slot = place(of: input, rows: targets.count, tape), targets.count >= 16 else { return }
    let (values, width) = (tape.values(of: input), slots[slot].width)
    let taken = min(targets.count, Self.rows)
    var (most, second, best): (Double, Double, Int) = (0, 0, -1)
    for k in 0..<slots[slot].columns {
      let column = slots[slot].column(k)
      var (x, y, xx, yy, xy) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for row in 0..<taken {
        let (a, b) = (Double(values[row * width + column]), Double(targets[row]))
        (x, y, xx, yy, xy) = (x + a, y + b, xx + a * a, yy + b * b, xy + a * b)
      }
      let n = Double(taken)
      let (left, right, both) = (xx - x * x / n, yy - y * y / n, xy - x * y / n)
      guard left > 1e-9 * xx, right > 1e-9 * yy else { continue }
      let share = both * both / (left * right)
      if share > most { (most, second, best) = (share, most, k) } else { second = max(second, share) }
    }
    note(slot, most > 0.97 && second < 0.8 ? best : -1)
  }

  /// The slot of an input of at least three columns that has as many rows as there are labels.
  private func place(of input: Tensor, rows: Int, _ tape: borrowing Tape) -> Int? {
    let shape = tape.shape(of: input)
    guard shape.rank == 2, shape.width >= 3, shape.rows == rows else { return nil }
    for s in slots.indices
    where slots[s].width == shape.width && slots[s].observations > 0
      && slots[s].observations <= Self.observations
    {
      return s
    }
    return nil
  }

  private mutating func note(_ slot: Int, _ best: Int) {
    slots[slot].tellingCount =
      best >= 0 && best == slots[slot].tellingColumn ? slots[slot].tellingCount + 1 : best >= 0 ? 1 : 0
    slots[slot].tellingColumn = best
  }
}
