extension [Float] {
  /// Puts a number among the first `count`, which are in order; allocates nothing. There has to be room for it.
  package mutating func insertInOrder(_ value: Float, among count: inout Int) {
    var place = count
    while place > 0, self[place - 1] > value {
      self[place] = self[place - 1]
      place -= 1
    }
    self[place] = value
    count += 1
  }
}
