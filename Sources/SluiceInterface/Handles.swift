import SluiceHeader
import Synchronization

/// What is open, by numbers that are never used again: the place in a table, counted from 1, and in the upper half how often the
/// place was used before.
struct Handles: ~Copyable {
  private struct Place {
    var model: OpenModel?
    var uses: UInt32
  }

  private var places: [Place] = []

  /// All that is open in this process.
  static let all = Mutex(Handles())

  /// The model of a number; nil where none is open under it.
  func find(_ handle: sluice_model) -> OpenModel? {
    guard let index = index(of: handle) else { return nil }
    return places[index].model
  }

  /// A number for a model.
  mutating func add(_ model: OpenModel) -> sluice_model {
    var index = places.firstIndex { $0.model == nil } ?? places.count
    // A place whose count is used up stays empty.
    while index < places.count, places[index].model != nil || places[index].uses == .max { index += 1 }
    if index == places.count { places.append(Place(model: nil, uses: 0)) }
    places[index].model = model
    return UInt64(places[index].uses) << 32 | UInt64(index + 1)
  }

  /// Takes a model out of the table; nil where none is open under the number.
  mutating func remove(_ handle: sluice_model) -> OpenModel? {
    guard let index = index(of: handle), let model = places[index].model else { return nil }
    places[index].model = nil
    places[index].uses += 1
    return model
  }

  private func index(of handle: sluice_model) -> Int? {
    let place = Int(handle & 0xFFFF_FFFF)
    guard place >= 1, place <= places.count,
      UInt64(places[place - 1].uses) == handle >> 32
    else { return nil }
    return place - 1
  }
}
