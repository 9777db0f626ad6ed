import Foundation
import Sluice
import TestSupport
import Testing

@Suite("The page for those who come from PyTorch")
struct FromPyTorchTests {
  @Test("The right side computes the numbers of the left one", arguments: Pair.all)
  func numbers(_ pair: Pair) throws {
    let expected = try #require(try PairNumbers.read().numbers[pair.title])
    let actual = try pair.run()
    #expect(Set(actual.keys) == Set(expected.keys) && !expected.isEmpty)
    for (name, values) in expected {
      let found = try #require(actual[name])
      try #require(found.count == values.count, "\(name)")
      expectClose(found, values, tolerance: 1e-5, "\(pair.title), \(name)")
    }
  }

  @Test("The page shows both sides of all forty pairs, and no other code")
  func page() throws {
    let page = try DocumentExample.document("Documentation/FromPyTorch.md")
    let left = try Self.pieces(endingIn: ".py", in: PairNumbers.folder + "Fixtures/", comment: "#")
    let right = try Self.pieces(endingIn: ".swift", in: PairNumbers.folder, comment: "//")
    #expect(Pair.all.count == 40)
    let titles = Pair.all.map(\.title)
    #expect(Set(titles).count == titles.count)
    #expect(Set(titles) == Set(left.keys) && Set(titles) == Set(right.keys))
    let sections = page.components(separatedBy: "\n### ").dropFirst()
    #expect(sections.count == titles.count)
    for (i, section) in sections.enumerated() {
      let heading = section.prefix { $0 != "\n" }
      let title = try #require(titles.first { heading == "\(i + 1). \($0)" }, "\(heading)")
      let blocks = section.components(separatedBy: "\n```")
      #expect(blocks.count == 5, "\(title)")
      #expect(blocks[1] == "python\n" + (left[title] ?? ""), "\(title)")
      #expect(blocks[3] == "swift\n" + (right[title] ?? ""), "\(title)")
    }
    let before = page.prefix(upTo: try #require(page.range(of: "\n### ")).lowerBound)
    #expect(!before.contains("```"))
  }

  @Test("The numbers are those of the scripts as they are")
  func scripts() throws {
    let folder = PairNumbers.folder + "Fixtures/"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".py") }
    var found: [String: UInt32] = [:]
    for name in names {
      var checksum = CRC32C()
      checksum.update([UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + name))))
      found[name] = checksum.value
    }
    #expect(try PairNumbers.read().scripts == found, "Run make_numbers.py after a change to a script.")
  }

  /// All pieces of the files of a folder, by their titles.
  private static func pieces(
    endingIn end: String, in folder: String, comment: String
  ) throws -> [String: String] {
    var found: [String: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(end) {
      for (title, piece) in try DocumentExample.sources(file: folder + name, comment: comment) {
        #expect(found[title] == nil, "\(title) is in two files")
        found[title] = piece
      }
    }
    return found
  }
}
