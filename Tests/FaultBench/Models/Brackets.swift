/// Letters and brackets of four sorts: some pairs are closed again, and the class is the sort that is left open, or that none is.
enum Brackets {
  static let symbols = 14
  static let classes = 5
  private static let sorts = 4
  private static let none = 4

  static func sequence(of label: Int, length: Int, _ draw: inout Draw) -> [Int32] {
    var sequence = (0..<length).map { _ in Int32(2 * sorts + draw.below(symbols - 2 * sorts)) }
    // Places in order: each pair takes two of them, and what is left open one.
    let pairs = draw.below(min(length / 3, 3) + 1)
    var places = Array(0..<length)
    draw.shuffle(&places)
    if label != none { sequence[places.removeLast()] = Int32(label) }
    for _ in 0..<pairs {
      let ends = [places.removeLast(), places.removeLast()].sorted()
      let sort = draw.below(sorts)
      sequence[ends[0]] = Int32(sort)
      sequence[ends[1]] = Int32(sorts + sort)
    }
    return sequence
  }
}
