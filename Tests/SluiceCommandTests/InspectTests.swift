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
}
