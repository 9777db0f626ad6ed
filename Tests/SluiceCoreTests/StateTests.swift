import Testing

@testable import SluiceCore

@Suite("Saved states")
struct StateTests {
  /// One of everything that can be written.
  private struct Everything: Checkpointed, Equatable {
    var number = -7
    var bits: UInt64 = .max
    var float = Float(bitPattern: 0x7FA0_0001)
    var double = Double(bitPattern: 0xFFF8_0000_0000_0003)
    var flag = true
    var text = "Süß 🙂 \0 e\u{301}"
    var floats: [Float] = [-0.0, .infinity, .leastNonzeroMagnitude]
    var doubles: [Double] = [-0.0, .pi]
    var numbers = [Int.min, 0, .max]
    var missing: Int?
    var there: Int? = 5
    var list = ["a", ""]

    func write(to state: inout StateWriter) {
      state.write(number)
      state.write(bits)
      state.write(float)
      state.write(double)
      state.write(flag)
      state.write(text)
      state.write(floats)
      state.write(doubles)
      state.write(numbers)
      state.write(missing) { $0.write($1) }
      state.write(there) { $0.write($1) }
      state.write(each: list) { $0.write($1) }
    }

    mutating func restore(from state: inout StateReader) throws(StateError) {
      number = try state.readInt()
      bits = try state.readUInt64()
      float = try state.readFloat()
      double = try state.readDouble()
      flag = try state.readBool()
      text = try state.readText()
      floats = try state.readFloats()
      doubles = try state.readDoubles()
      numbers = try state.readInts()
      missing = try state.readOptional { (state: inout StateReader) throws(StateError) in try state.readInt()
      }
      there = try state.readOptional { (state: inout StateReader) throws(StateError) in try state.readInt() }
      list = try state.readList { (state: inout StateReader) throws(StateError) in try state.readText() }
    }
  }

  private static var bytes: [UInt8] {
    var state = StateWriter()
    state.write(part: "everything", Everything())
    return state.bytes
  }

  @Test("Everything comes back to the bit, NaN and the sign of zero included")
  func roundTrip() throws {
    var value = Everything(
      number: 0, bits: 0, float: 0, double: 0, flag: false, text: "", floats: [], doubles: [], numbers: [],
      missing: 1, there: nil, list: [])
    var reader = StateReader(Self.bytes)
    try reader.read(part: "everything", into: &value)
    #expect(reader.isAtEnd)
    let wanted = Everything()
    #expect(
      value.float.bitPattern == wanted.float.bitPattern && value.double.bitPattern == wanted.double.bitPattern
    )
    #expect(value.floats.map(\.bitPattern) == wanted.floats.map(\.bitPattern))
    #expect(value.doubles.map(\.bitPattern) == wanted.doubles.map(\.bitPattern))
    (value.float, value.double) = (1, 1)
    var plain = wanted
    (plain.float, plain.double) = (1, 1)
    #expect(value == plain && Array(value.text.unicodeScalars) == Array(wanted.text.unicodeScalars))
  }

  @Test("A state that is cut at any byte is an error, and so is one with more behind it")
  func cut() {
    let bytes = Self.bytes
    for count in 0..<bytes.count {
      var reader = StateReader(Array(bytes.prefix(count)))
      var value = Everything()
      #expect(throws: StateError.self) { try reader.read(part: "everything", into: &value) }
    }
    var writer = StateWriter()
    writer.write(part: "everything") { state in
      Everything().write(to: &state)
      state.write(1)
    }
    var reader = StateReader(writer.bytes)
    var value = Everything()
    #expect(throws: StateError.self) { try reader.read(part: "everything", into: &value) }
  }

  @Test("No byte that is changed traps, whatever it makes of the counts")
  func changed() {
    let bytes = Self.bytes
    var errors = 0
    for place in bytes.indices {
      for value: UInt8 in [0, 0x7F, 0x80, 0xFF] {
        var spoiled = bytes
        spoiled[place] = value
        var reader = StateReader(spoiled)
        var everything = Everything()
        do { try reader.read(part: "everything", into: &everything) } catch { errors += 1 }
      }
    }
    #expect(errors > 50)
  }

  @Test("A part under another name, and a list of another length, say what came")
  func mismatch() throws {
    var reader = StateReader(Self.bytes)
    var error: StateError?
    do throws(StateError) { _ = try reader.read(part: "other") } catch let caught { error = caught }
    #expect(error?.description == "expected the part 'other' of a training, found 'everything'")
    var writer = StateWriter()
    writer.write([1, 2, 3] as [Float])
    reader = StateReader(writer.bytes)
    do throws(StateError) { _ = try reader.readFloats(2) } catch let caught { error = caught }
    #expect(error?.description == "expected 2 elements, found 3")
  }
}
