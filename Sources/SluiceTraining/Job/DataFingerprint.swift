import SluiceCore
import SluiceStorage

extension CRC32C {
  /// Goes on with numbers, after their count.
  mutating func update(numbers: [Int32]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * numbers.count)
    for number in numbers {
      let bits = UInt32(bitPattern: number)
      for i in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(8 * i))) }
    }
    update(numbers.count)
    update(bytes)
  }

  /// Goes on with lists of numbers.
  mutating func update(indices: RaggedIndices) {
    update(indices.count)
    for i in 0..<indices.count { update(indices.length(i)) }
    update(numbers: Array(indices.values))
  }
}
