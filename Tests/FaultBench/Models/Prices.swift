import Foundation
import Sluice

/// Offers of homes and their prices: area, rooms, age, distance, a region as three columns and the season; the target is the
/// logarithm of the price, with an offset and a little noise.
enum Prices {
  static let inputs = 8
  private static let codes: [Float] = [14_482, 60_311, 99_084]

  static func rows(_ count: Int, part: UInt64, _ data: DataSetup, seed: UInt64) -> (Columns, [Float]) {
    var rule = Draw(seed, 0x8AB)
    let weights = (0..<5).map { _ in 0.8 + 0.4 * rule.uniform() }
    var draw = Draw(seed, 0x800 + part)
    var x = Columns(width: inputs)
    var y: [Float] = []
    for _ in 0..<count {
      let area = draw.normal()
      let rooms = (2 * (0.7 * area + 0.7 * draw.normal())).rounded() / 2
      let age = -log(max(draw.uniform(), 1e-3)) - 1
      let distance = 3.4 * (draw.uniform() - 0.5)
      let u = draw.uniform()
      let region = u < 0.5 ? 0 : u < 0.8 ? 1 : 2
      let season = sin(6.28318 * draw.uniform())
      let regions: [Float] =
        data.codesCategory
        ? [codes[region], draw.normal(), draw.normal()] : (0..<3).map { $0 == region ? 1 : 0 }
      x.values += [area, rooms, age, distance] + regions + [season]
      let level: Float = [0.2, -0.6, 0.9][region]
      let ofArea = weights[0] * [0.6, 0.1, 1.2][region] * area
      let ofAge = -0.35 * weights[2] * min(age, 2)
      let ofDistance = -0.4 * weights[3] * distance * (1 + area)
      let ofRooms = 0.25 * weights[1] * rooms
      let ofSeason = 0.15 * weights[4] * season
      y.append(0.8 + level + ofArea + ofRooms + ofAge + ofDistance + ofSeason + 0.1 * draw.normal())
    }
    return (x, y)
  }
}
