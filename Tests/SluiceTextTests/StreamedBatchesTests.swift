import Foundation
import Testing

@testable import SluiceCore
@testable import SluiceStorage
@testable import SluiceText

@Suite("How labeled texts that stay in their file are dealt out")
struct StreamedBatchesTests {
  private typealias Files = StreamedTextFiles

  @Test("A copy deals out the same beside the first, and each the order of its own seed")
  func copies() throws {
    for form in [Files.Form.lines, .packed] {
      let file = try Files.file(Files.texts(300), form)
      let streamed = try Files.streamed(file, form)
      var one = streamed.batches(of: 9, shuffledBy: 3, streamed.alphabet)
      one.start(epoch: 1, cursor: 0)
      var (two, other) = (one, streamed.batches(of: 9, shuffledBy: 4, streamed.alphabet))
      other.start(epoch: 1, cursor: 0)
      var (a, b, c) = (LabeledBatch(), LabeledBatch(), LabeledBatch())
      var differ = false
      while true {
        let isThere = [one.next(into: &a), other.next(into: &c), two.next(into: &b)]
        #expect(Set(isThere).count == 1 && a == b)
        if a != c { differ = true }
        guard isThere[0] else { break }
      }
      #expect(differ)
      withExtendedLifetime(file) {}
    }
  }

  @Test("Of a sorted file a window has texts of all labels, of a packed one it has not, and both are noticed")
  func sorted() throws {
    var limits = Files.limits
    limits.windowBlocks = 12
    for form in [Files.Form.lines, .packed] {
      let file = try Files.file(Files.texts(1_500, isSorted: true), form)
      let streamed = try Files.streamed(file, form, limits: limits)
      #expect(streamed.isSorted)
      var batches = streamed.batches(of: 64, shuffledBy: 3, streamed.alphabet)
      batches.start(epoch: 1, cursor: 0)
      var batch = LabeledBatch()
      let isThere = batches.next(into: &batch)
      #expect(isThere && Set(batch.labels).count == (form == .packed ? 1 : 3))
      withExtendedLifetime(file) {}
    }
    let mixed = try Files.file(Files.texts(300), .lines)
    #expect(try !Files.streamed(mixed).isSorted)
    withExtendedLifetime(mixed) {}
  }

  @Test("However many blocks a file would have, no more are kept, and no text is lost")
  func blocks() throws {
    let file = try Files.file(Files.texts(900), .lines)
    var limits = Files.limits
    (limits.blockCount, limits.windowSize) = (5, 1)
    let streamed = try Files.streamed(file, limits: limits)
    var batches = streamed.batches(of: 10, shuffledBy: 1, streamed.alphabet)
    batches.start(epoch: 1, cursor: 0)
    let examples = Files.dealt(&batches, streamed.alphabet, streamed).examples
    #expect(examples.count == streamed.trainingCount && Set(examples).count == examples.count)
    limits.windowBlocks = 100
    #expect((2...5).contains(try Files.streamed(file, limits: limits).placesOfWindow))
    withExtendedLifetime(file) {}
  }

  @Test(
    "A file that is cut or written over ends the epoch early, one that goes on does not, and the check says so of each",
    arguments: ["cut", "more", "over"])
  func changed(how: String) throws {
    let file = try Files.file(Files.texts(400), .lines)
    let streamed = try Files.streamed(file)
    var batches = streamed.batches(of: 10, shuffledBy: 1, streamed.alphabet)
    batches.start(epoch: 1, cursor: 0)
    var batch = LabeledBatch()
    var isThere = batches.next(into: &batch)
    #expect(isThere)
    try streamed.check()
    let handle = try #require(FileHandle(forWritingAtPath: file.path))
    switch how {
    case "cut": try handle.truncate(atOffset: 50)
    case "more":
      _ = try handle.seekToEnd()
      try handle.write(contentsOf: Data("\nl0\tmore".utf8))
    default: try handle.write(contentsOf: Data(repeating: 0x78, count: 4_000))
    }
    var dealt = 1
    while isThere {
      isThere = batches.next(into: &batch)
      if isThere { dealt += 1 }
    }
    #expect((dealt == batches.count) == (how == "more"))
    let error = #expect(throws: DataError.self) { try streamed.check() }
    #expect(error?.path == file.path && error?.got == "one that was written to since")
  }
}
