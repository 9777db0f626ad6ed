import Foundation
import Sluice
import Testing

@testable import SluiceCommand

@Suite("The command inspect")
struct InspectTests {
  @Test("Texts and tensors are listed, of a file and of a run's folder")
  func listing() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-\(UUID().uuidString)")
      .path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let run = try RunDirectory.create(at: folder)
    let arena = Arena(capacity: 16, named: "test")
    try SafetensorsFile.write(
      [
        NamedTensor("output.bias", shape: [2], arena[0..<2]),
        NamedTensor("gru", shape: [2, 3], arena[2..<8]),
        NamedTensor("a\n\u{1B}[31mb\u{9B}", shape: [1], arena[8..<9]),
      ], metadata: ["note": "a\nb", "\u{1B}": "\u{9B}"], to: run.model)
    withExtendedLifetime(arena) {}
    try JSONFile.write(["a": 1], to: run.configuration)
    let expected = [
      #"\u{1B}: "\u{009B}""#, #"note: "a\nb""#, #"a\n\u{1B}[31mb\u{009B}  F32  [1]"#,
      "gru                     F32  [2, 3]", "output.bias             F32  [2]", "tensors: 3, elements: 9",
    ]
    #expect(try Inspect.lines(path: run.model) == expected)
    #expect(try Inspect.lines(path: folder) == expected)
  }

  @Test("A missing file ends with one line and status 1")
  func missing() {
    var error = ""
    let status = sluice.run(["inspect", "/no/such/file"], output: { _ in }, error: { error += $0 })
    #expect(status == 1)
    #expect(
      error
        == "error: /no/such/file: expected a file that can be read, found nothing at this path. Check the spelling."
    )
  }

  @Test("Two spellings of one letter are two texts and two tensors")
  func spellings() throws {
    let path = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    let arena = Arena(capacity: 16, named: "test")
    (arena[0..<1][0], arena[1..<2][0]) = (1, 2)
    try SafetensorsFile.write(
      [NamedTensor(composed, shape: [1], arena[0..<1]), NamedTensor(decomposed, shape: [1], arena[1..<2])],
      metadata: [CodePoints(composed): "one", CodePoints(decomposed): "two"], to: path)
    withExtendedLifetime(arena) {}
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata[CodePoints(composed)] == "one" && file.metadata[CodePoints(decomposed)] == "two")
    #expect(try file.floats(composed) == [1] && file.floats(decomposed) == [2])
    #expect(
      try Inspect.lines(path: path).map { Array($0.utf8) }.prefix(2) == [
        Array("\(decomposed): \"two\"".utf8), Array("\(composed): \"one\"".utf8),
      ])
  }
}
