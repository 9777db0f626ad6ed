/// The distinct ids of a batch, found without sorting: each id once, in the order of first sight.
///
/// What is computed from an id alone, such as its vector in a table and a linear layer over that, needs to be computed
/// once for each of them: `rows(output(table(distinct.ids, &tape), &tape), distinct.places, &tape)` has the values and
/// the gradients of `output(table(batch, &tape), &tape)`. In text about half the words of a batch of thousands repeat.
public struct DistinctIds: Sendable {
  /// The distinct ids.
  public private(set) var ids: [Int32] = []
  /// For each position of the batch, where in `ids` its id is.
  public private(set) var places: [Int32] = []
  /// For each id seen in any batch its latest place. It holds for this batch only if `ids` has the id there, so nothing
  /// has to be cleared between batches.
  private var latestPlaces: [Int32]

  /// For ids below `count`, of which each takes four bytes.
  public init(below count: Int) { latestPlaces = Array(repeating: 0, count: count) }

  /// Finds the distinct ids of `batch`.
  ///
  /// - Precondition: all are from 0 up to, not including, the bound.
  /// - Complexity: O(batch); allocates only where the capacity of the arrays is exceeded.
  public mutating func find(in batch: [Int32]) {
    ids.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    for i in 0..<batch.count {
      let id = batch[i]
      var place = Int(latestPlaces[Int(id)])
      if place >= ids.count || ids[place] != id {
        place = ids.count
        latestPlaces[Int(id)] = Int32(place)
        ids.append(id)
      }
      places.append(Int32(place))
    }
  }
}
