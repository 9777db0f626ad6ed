import SluiceCore
import Testing

@testable import SluiceStorage

@Suite("Reading safetensors")
struct SafetensorsReaderTests {
  @Test("A file of the Python package is read: names, types, shapes, texts")
  func pythonHeader() throws {
    let file = try SafetensorsFile(path: fixture("python.safetensors"))
    #expect(file.metadata == ["format": "np", "note": "quotes \" and\nlines"])
    #expect(
      Set(file.tensors.map(\.name)) == [
        "embedding.weight", "scalar", "empty", "double", "half", "steps", "ids", "mask", "größe/重み",
      ])
    #expect(file["embedding.weight"]?.shape == [3, 4])
    #expect(file["embedding.weight"]?.type == .float32)
    #expect(file["scalar"]?.shape == [])
    #expect(file["scalar"]?.count == 1)
    #expect(file["empty"]?.shape == [0, 5])
    #expect(file["empty"]?.count == 0)
    #expect(file["nothing"] == nil)
    for (tensor, next) in zip(file.tensors, file.tensors.dropFirst()) {
      #expect(tensor.bytes.upperBound == next.bytes.lowerBound)
    }
  }

  @Test("Values of every float type of a Python file become floats")
  func pythonFloats() throws {
    let file = try SafetensorsFile(path: fixture("python.safetensors"))
    #expect(try file.floats("embedding.weight") == (0..<12).map { Float($0) / 8 })
    #expect(try file.floats("scalar") == [-0.5])
    #expect(try file.floats("empty") == [])
    #expect(try file.floats("double") == [1, 0.1, -.infinity, 0])
    #expect(try file.floats("half") == [1, 0x1p-24, 65504, -.infinity, -0.0])
    #expect(try file.floats("half")[4].sign == .minus)
    #expect(try file.floats("größe/重み") == [1, 2])
    let brain = try SafetensorsFile(path: fixture("bfloat16.safetensors"))
    #expect(try brain.floats("brain") == [1, -123.5, .infinity])
  }

  @Test("Whole numbers of a Python file stay whole")
  func pythonIntegers() throws {
    let file = try SafetensorsFile(path: fixture("python.safetensors"))
    #expect(try file.integers("steps") == [1, -2, 3, -(1 << 40)])
    #expect(try file.integers("ids") == [7, -8])
    #expect(try file.integers("mask") == [1, 0, 1])
  }

  @Test("Values are read into the caller's memory, copied or converted")
  func intoMemory() throws {
    let memory = Memory()
    let file = try SafetensorsFile(path: fixture("python.safetensors"))
    let weight = memory.floats(Array(repeating: 9, count: 12))
    try file.read("embedding.weight", shape: [3, 4], into: weight)
    #expect(weight.array == (0..<12).map { Float($0) / 8 })
    let half = memory.floats(Array(repeating: 9, count: 5))
    try file.read("half", shape: [5], into: half)
    #expect(half.array == [1, 0x1p-24, 65504, -.infinity, 0])
    try file.read("empty", shape: [0, 5], into: memory.floats([]))
  }

  @Test("A tensor longer than one chunk is converted whole")
  func manyChunks() throws {
    let folder = try TemporaryFolder()
    let count = 40_000
    var bytes = header(#"{"a":{"dtype":"F16","shape":[\#(count)],"data_offsets":[0,\#(2 * count)]}}"#)
    for index in 0..<count {
      let bits = Float16Bits.of(index % 2048)
      bytes += [UInt8(bits & 255), UInt8(bits >> 8)]
    }
    try folder.write(bytes, to: "long")
    let values = try SafetensorsFile(path: folder.file("long")).floats("a")
    #expect(values == (0..<count).map { Float($0 % 2048) })
  }

  @Test("Another name, shape or type than the file's is refused with both named")
  func mismatches() throws {
    let file = try SafetensorsFile(path: fixture("python.safetensors"))
    let memory = Memory()
    let name = try storageError { try file.read("gru.weight", shape: [2], into: memory.floats([0, 0])) }
    #expect(name.reason == .mismatch)
    #expect(name.description.contains("expected a tensor 'gru.weight', found only '"))
    let shape = try storageError { try file.check("embedding.weight", shape: [4, 3]) }
    #expect(shape.reason == .mismatch)
    #expect(shape.description.contains("expected 'embedding.weight' of shape [4, 3], found [3, 4]."))
    let type = try storageError { try file.check("steps", shape: [2, 2]) }
    #expect(type.reason == .unsupported)
    #expect(type.found == "I64, whole numbers of 64 bits")
    #expect(try storageError { _ = try file.integers("half") }.reason == .unsupported)
    #expect(try storageError { _ = try file.floats("mask") }.reason == .unsupported)
  }

  @Test("A whole number beyond Int64 is an error")
  func largeUnsigned() throws {
    let folder = try TemporaryFolder()
    let json = header(#"{"a":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}}"#)
    try folder.write(json + [UInt8](repeating: 255, count: 8), to: "large")
    let file = try SafetensorsFile(path: folder.file("large"))
    #expect(try storageError { _ = try file.integers("a") }.reason == .unsupported)
  }

  @Test("Half precision agrees with its definition for all 65,536 patterns")
  func halves() {
    var wrong: [UInt16] = []
    for bits in UInt16.min...UInt16.max {
      let exponent = Int(bits >> 10 & 31)
      let fraction = Float(bits & 1023) / 1024
      let sign: Float = bits >> 15 == 1 ? -1 : 1
      let value = floatFromHalf(bits)
      let isRight: Bool
      if exponent == 31 {
        isRight = fraction == 0 ? value == sign * .infinity : value.isNaN
      } else {
        let power = Float(sign: .plus, exponent: max(exponent, 1) - 15, significand: 1)
        isRight = value == sign * (exponent == 0 ? fraction : 1 + fraction) * power && value.sign == sign.sign
      }
      if !isRight { wrong.append(bits) }
    }
    #expect(wrong.isEmpty)
    #expect(floatFromHalf(0x3C01) != 1)
  }

  @Test("Names that look alike but differ in their bytes are different tensors")
  func spellings() throws {
    let folder = try TemporaryFolder()
    let composed = "\u{E9}"
    let decomposed = "e\u{301}"
    #expect(composed == decomposed)
    let memory = Memory()
    let path = folder.file("names")
    try SafetensorsFile.write(
      [
        NamedTensor(composed, shape: [1], memory.floats([1])),
        NamedTensor(decomposed, shape: [1], memory.floats([2])),
      ], to: path)
    let file = try SafetensorsFile(path: path)
    #expect(try file.floats(composed) == [1])
    #expect(try file.floats(decomposed) == [2])
  }
}

/// The pattern of a whole number below 2,048 in half precision.
private enum Float16Bits {
  static func of(_ value: Int) -> UInt16 {
    guard value > 0 else { return 0 }
    let power = Int.bitWidth - 1 - value.leadingZeroBitCount
    return UInt16((power + 15) << 10 | (value << (10 - power)) & 1023)
  }
}
