import Foundation
import Testing

@testable import SluiceStorage

@Suite("Unpacking gzip as it is read")
struct GzipStreamTests {
  /// Everything that is packed in bytes, which come in blocks of a size.
  private func unpack(_ bytes: [UInt8], blocks size: Int) throws -> [UInt8] {
    var place = 0
    var stream = GzipStream(beginning: []) { block in
      block = Array(bytes[place..<min(place + size, bytes.count)])
      place += block.count
      return block.count
    }
    var (result, block): ([UInt8], [UInt8]) = ([], [])
    repeat {
      try stream.next(into: &block)
      result += block
    } while !block.isEmpty
    return result
  }

  private static func packed() throws -> [UInt8] {
    Array(try Data(contentsOf: Bundle.module.bundleURL.appendingPathComponent("Fixtures/packed.gz")))
  }

  @Test(
    "Two members with copies from far back are what Python packed, in blocks of any size",
    arguments: [1, 7, 1 << 16])
  func members(size: Int) throws {
    let expected = (0..<40_000).map { "line \($0 % 1_230) of the long text\n" }.joined()
    #expect(try unpack(Self.packed(), blocks: size) == Array(expected.utf8))
  }

  @Test("Bytes that are stored as they are, and zeros behind the last member")
  func stored() throws {
    let packed = "H4sIAAAAAAAA/wErANT/cmVkCXTDqXh0IG9uZQpibHVlCXR3bwpyZWQJdGhyZWUKYmx1ZQlmb3VyCrQ5isUrAAAA"
    let bytes = Array(try #require(Data(base64Encoded: packed)))
    let text = "red\ttéxt one\nblue\ttwo\nred\tthree\nblue\tfour\n"
    #expect(try unpack(bytes, blocks: 5) == Array(text.utf8))
    #expect(try unpack(bytes + [0, 0, 0], blocks: 64) == Array(text.utf8))
  }

  @Test("Cut anywhere it is cut, and nothing else", arguments: [2, 9, 15, 40, 5_000, -9, -8, -1])
  func cut(place: Int) throws {
    let packed = try Self.packed()
    let bytes = Array(packed.prefix(place > 0 ? place : packed.count + place))
    #expect(throws: GzipStream.Problem.cut) { try unpack(bytes, blocks: 1_000) }
  }

  @Test("Changed bits are found by what they unpack to, by the checksum or by the length")
  func damaged() throws {
    let packed = try Self.packed()
    for place in [300, packed.count / 2, packed.count - 6, packed.count - 2] {
      var bytes = packed
      bytes[place] ^= 4
      #expect(throws: GzipStream.Problem.self, "\(place)") { try unpack(bytes, blocks: 1_000) }
    }
  }

  @Test("What only begins like gzip is none, and nothing may follow the last member")
  func foreign() throws {
    #expect(throws: GzipStream.Problem.notGzip) {
      try unpack([0x1F, 0x8B, 7] + [UInt8](repeating: 0, count: 20), blocks: 9)
    }
    #expect(throws: GzipStream.Problem.notGzip) {
      try unpack([0x1F, 0x8B, 8, 0xE0] + [UInt8](repeating: 0, count: 20), blocks: 9)
    }
    let packed = try Self.packed()
    #expect(throws: GzipStream.Problem.trailing) { try unpack(packed + Array("text".utf8), blocks: 1_000) }
  }

  @Test("An error of the system is passed on")
  func failure() {
    var stream = GzipStream(beginning: [0x1F, 0x8B, 8, 0]) { _ in -5 }
    var block: [UInt8] = []
    #expect(throws: GzipStream.Problem.system(5)) { try stream.next(into: &block) }
  }
}
