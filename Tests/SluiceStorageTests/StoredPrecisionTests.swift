import Foundation
import SluiceCore
import TestSupport
import Testing

@testable import SluiceStorage

@Suite("Numbers stored with less precision")
struct StoredPrecisionTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func floats(_ values: [Float]) -> Floats {
    let floats = Arena<Float>(capacity: max(values.count, 1), named: "test")[0..<values.count]
    for (i, value) in values.enumerated() { floats[i] = value }
    return floats
  }

  @Test(
    "A row of bytes is off by at most half a scale, and its scale is a number above zero, whatever the row")
  func rows() {
    let largest = Float.greatestFiniteMagnitude
    let tiny = Float.leastNonzeroMagnitude
    for row: [Float] in [
      [0, 0, 0, 0], [1, -2, 3, -4], [tiny, 0, -tiny, 2 * tiny], [largest, -largest, 1, 0],
      [-0.0, 1e-30, 0, 0],
      (0..<50).map { Float($0 * $0) / 7 - 100 }, [.leastNormalMagnitude, 0, 0, -.leastNormalMagnitude],
    ] {
      var bytes: [Int8] = []
      let scale = ByteRows.rounded(floats(row), into: &bytes)
      #expect(scale > 0 && scale.isFinite && (scale * 127).isFinite)
      #expect(bytes.count == row.count && bytes.allSatisfy { $0 >= -127 })
      for (value, byte) in zip(row, bytes) {
        // Half a scale, and the rounding of the scale itself.
        let bound = Double(scale) * 0.5 * (1 + 0x1p-20) + abs(Double(value)) * 0x1p-22
        #expect(abs(Double(byte) * Double(scale) - Double(value)) <= bound, "\(row.prefix(4))")
      }
    }
  }

  @Test("A bfloat16 is the nearest one, ties to even, and finite where the float was")
  func halves() {
    #expect(StoredTensor.upperHalf(1) == 0x3F80)
    #expect(StoredTensor.upperHalf(Float(bitPattern: 0x3F80_8000)) == 0x3F80)
    #expect(StoredTensor.upperHalf(Float(bitPattern: 0x3F81_8000)) == 0x3F82)
    #expect(StoredTensor.upperHalf(Float(bitPattern: 0x3F80_8001)) == 0x3F81)
    #expect(StoredTensor.upperHalf(-0.0) == 0x8000)
    #expect(StoredTensor.upperHalf(.greatestFiniteMagnitude) == 0x7F7F)
    #expect(StoredTensor.upperHalf(-.greatestFiniteMagnitude) == 0xFF7F)
    #expect(StoredTensor.upperHalf(.infinity) == 0x7F80)
    #expect(StoredTensor.upperHalf(.nan) & 0x7FFF > 0x7F80)
  }

  @Test(
    "A file gives back what was stored, within the precision; vectors stay exact as bytes",
    arguments: StoredPrecision.allCases)
  func file(precision: StoredPrecision) throws {
    let matrix = (0..<15).map { Float($0) * 0.37 - 2 }
    let path = folder.path + "/model.safetensors"
    try SafetensorsFile.write(
      [
        NamedTensor("w", shape: [3, 5], floats(matrix)), NamedTensor("b", shape: [3], floats([1, 2, 0.3])),
        NamedTensor("thin", shape: [2, 1], floats([1, 0.1])),
      ], precision: precision, withChecksum: true, to: path)
    let file = try SafetensorsFile(path: path)
    try file.verify()
    #expect(file.modelTensors.map(\.name).sorted() == ["b", "thin", "w"])
    let read = try file.floats("w")
    let copied = floats(Array(repeating: 0, count: 15))
    try file.read("w", shape: [3, 5], into: copied)
    #expect(copied.array == read)
    let bound: Float = precision == .float32 ? 0 : precision == .bfloat16 ? 0x1p-8 * 4 : 0.5 * 3.2 / 127
    for (a, b) in zip(read, matrix) { #expect(abs(a - b) <= bound) }
    #expect(try precision == .bfloat16 || file.floats("b") == [1, 2, 0.3])
    let bytes = try file.byteRows("w", shape: [3, 5])
    #expect((bytes != nil) == (precision == .int8))
    #expect((file.metadata[StoredPrecision.key] ?? "float32") == precision.rawValue)
    // What lies on multiples of its size can be used where it lies.
    #expect((try file.view("b", shape: [3]) != nil) == (precision != .bfloat16))
  }

  @Test("Short rows share scales, so that a narrow table takes about a quarter of the room, too")
  func narrowTables() throws {
    let path = folder.path + "/narrow.safetensors"
    let values = (0..<1_501 * 2).map { (i: Int) -> Float in
      let number = (i * 37) % 101 - 50
      return Float(number) / Float(i / 300 + 1)
    }
    for shape in [[1_501, 2], [3_002, 1], [1_501, 2, 1]] {
      try SafetensorsFile.write(
        [NamedTensor("w", shape: shape, floats(values))], precision: .int8, withChecksum: true, to: path)
      let file = try SafetensorsFile(path: path)
      #expect(file.tensorByteCount <= values.count * 4 * 27 / 100)
      let rows = try #require(try file.byteRows("w", shape: shape))
      let copied = floats(Array(repeating: 0, count: values.count))
      rows.copy(into: copied)
      #expect(try copied.array == file.floats("w"))
      for start in stride(from: 0, to: values.count, by: 64) {
        let part = start..<min(start + 64, values.count)
        let bound = part.map { values[$0].magnitude }.max()! / 127 * 0.5001
        #expect(part.allSatisfy { abs(copied[$0] - values[$0]) <= bound })
      }
    }
  }

  @Test("A file of an earlier version has a scale for each row, however short")
  func earlierScales() throws {
    let path = folder.path + "/earlier.safetensors"
    // The spaces bring the scales to a multiple of their size.
    var header =
      #"{"w.scale":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"#
      + #""w":{"dtype":"I8","shape":[3,4],"data_offsets":[12,24]}}"#
    while header.utf8.count % 8 != 0 { header += " " }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    let scales = [Float](arrayLiteral: 1, 0.5, 2).flatMap { scale in
      (0..<4).map { UInt8(truncatingIfNeeded: scale.bitPattern >> (8 * $0)) }
    }
    try Data(length + Array(header.utf8) + scales + (1...12)).write(to: URL(fileURLWithPath: path))
    let file = try SafetensorsFile(path: path)
    let expected: [Float] = [1, 2, 3, 4, 2.5, 3, 3.5, 4, 18, 20, 22, 24]
    #expect(try file.floats("w") == expected)
    let copied = floats(Array(repeating: 0, count: 12))
    try #require(try file.byteRows("w", shape: [3, 4])).copy(into: copied)
    #expect(copied.array == expected)
  }

  @Test("A tensor of bytes with no element and rows beyond counting is an error, and no trap")
  func endlessRows() throws {
    let header =
      #"{"w":{"dtype":"I8","shape":[9223372036854775807,0],"data_offsets":[4,4]},"#
      + #""w.scale":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    let path = folder.path + "/endless.safetensors"
    try Data(length + Array(header.utf8) + [0, 0, 128, 63]).write(to: URL(fileURLWithPath: path))
    let file = try SafetensorsFile(path: path)
    #expect(throws: StorageError.self) { try file.floats("w") }
  }

  @Test("Bytes without their scales are no floats")
  func withoutScales() throws {
    let path = folder.path + "/i8.safetensors"
    let header = #"{"w":{"dtype":"I8","shape":[2,4],"data_offsets":[0,8]}}"#
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    try Data(length + Array(header.utf8) + [1, 2, 3, 4, 5, 6, 7, 8]).write(to: URL(fileURLWithPath: path))
    let file = try SafetensorsFile(path: path)
    let error = #expect(throws: StorageError.self) { try file.check("w", shape: [2, 4]) }
    #expect(error?.reason == .unsupported)
    #expect(try file.integers("w") == [1, 2, 3, 4, 5, 6, 7, 8])
  }
}
