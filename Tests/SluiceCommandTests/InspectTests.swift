import Foundation
import Sluice
import Testing

@testable import SluiceCommand

@Suite("The command inspect")
struct InspectTests {
  @Test("Texts and tensors are listed, of a file and of a run's folder")
  func listing() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-\(UUID().uuidString)")
      .path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let run = try RunDirectory.create(at: folder)
    let arena = Arena<Float>(capacity: 16, named: "test")
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
    #expect(try lines(run.model) == expected)
    let said = try await CommandOutput.said(["inspect", folder], to: folder + "/said")
    #expect(said == expected.joined(separator: "\n") + "\n")
  }

  private func lines(_ path: String) throws -> [String] {
    var lines: [String] = []
    try SafetensorsFile(path: path).list { lines.append($0) }
    return lines
  }

  /// Writes a file of U8 tensors without elements.
  private func write(_ names: [String], type: String = "U8", shape: String = "[0]") throws -> String {
    let path = NSTemporaryDirectory() + "sluice-\(UUID().uuidString)"
    let entries = names.map { #""\#($0)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[0,0]}"# }
    let header = "{" + entries.joined(separator: ",") + "}"
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    try Data(length + Array(header.utf8)).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test("What is printed stays in proportion to the file, however long a name, shape or text is")
  func proportion() throws {
    let long = String(repeating: "a", count: 20_000)
    let path = try write([long] + (0..<300).map { "t\($0)" })
    defer { try? FileManager.default.removeItem(atPath: path) }
    let lines = try lines(path)
    #expect(lines.count == 302)
    #expect(lines.contains("t7" + String(repeating: " ", count: 60) + "U8  [0]"))
    #expect(lines.contains(String(repeating: "a", count: 199) + "…  U8  [0]"))
    #expect(lines.reduce(0) { $0 + $1.count } < 302 * 80)

    let deep = try write(["q"], shape: "[" + Array(repeating: "0", count: 5_000).joined(separator: ",") + "]")
    defer { try? FileManager.default.removeItem(atPath: deep) }
    #expect(try self.lines(deep)[0].hasSuffix("0, … 5000 extents]"))
  }

  @Test("A type that is not known is listed, and no sum of elements is a trap")
  func unknownType() throws {
    let path = try write(["a", "b", "c"], type: "F3\\u001b", shape: "[4611686018427387904]")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let lines = try lines(path)
    #expect(lines[0] == #"a  F3\u{1B}  [4611686018427387904]"#)
    #expect(lines[3].hasPrefix("tensors: 3, elements: 1.38"))
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
    let arena = Arena<Float>(capacity: 16, named: "test")
    (arena[0..<1][0], arena[1..<2][0]) = (1, 2)
    try SafetensorsFile.write(
      [NamedTensor(composed, shape: [1], arena[0..<1]), NamedTensor(decomposed, shape: [1], arena[1..<2])],
      metadata: [CodePoints(composed): "one", CodePoints(decomposed): "two"], to: path)
    withExtendedLifetime(arena) {}
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata[CodePoints(composed)] == "one" && file.metadata[CodePoints(decomposed)] == "two")
    #expect(try file.floats(composed) == [1] && file.floats(decomposed) == [2])
    #expect(
      try lines(path).map { Array($0.utf8) }.prefix(2) == [
        Array("\(decomposed): \"two\"".utf8), Array("\(composed): \"one\"".utf8),
      ])
  }
}
