import Foundation
import Testing

@testable import SluiceCore
@testable import SluiceStorage
@testable import SluiceText

/// Files of labeled texts in every form, and what is dealt out of them.
enum StreamedTextFiles {
  /// Small blocks and windows, so that a short file has many of each.
  static var limits: StreamLimits {
    var limits = StreamLimits()
    (limits.blockSize, limits.windowSize, limits.windowBlocks) = (200, 1_000, 2)
    (limits.sampleCharacters, limits.sampleTexts) = (2_000, 60)
    return limits
  }

  /// Different texts, of which those of a label stand together or not.
  static func texts(_ count: Int, isSorted: Bool = false) -> [(label: String, text: String)] {
    (0..<count).map { i in
      let label = isSorted ? "l\(i * 3 / count)" : "l\(i * i % 7 % 3)"
      return (label, "é\(i) \(String(repeating: "ab\u{10348} ", count: i % 9))\(i % 13 == 0 ? "\t" : "")x")
    }
  }

  enum Form: String, CaseIterable {
    case lines, returns, marked, csv, jsonl, packed, packedCSV
  }

  /// The texts as a file of a form.
  static func file(_ texts: [(label: String, text: String)], _ form: Form) throws -> TemporaryFile {
    let lines = texts.map { " \($0.label) \t\($0.text)" }
    let csv =
      "id,label,text\n"
      + texts.enumerated().map { i, t in
        "\(i),\(t.label),\"a \"\"quote\"\"\n\(t.text)\"\n\(i % 10 == 0 ? "\n" : "")"
      }.joined()
    switch form {
    case .lines: return try TemporaryFile(lines.joined(separator: "\n\n"))
    case .returns: return try TemporaryFile(lines.joined(separator: "\r\n") + "\r\n")
    case .marked: return try TemporaryFile("\u{FEFF}" + lines.joined(separator: "\r"))
    case .csv: return try TemporaryFile(csv)
    case .jsonl:
      return try TemporaryFile(
        texts.map { t in
          "{\"n\": [1], \"text\": \"\(t.text.replacingOccurrences(of: "\t", with: "\\t"))\", \"label\": \"\(t.label)\"}"
        }.joined(separator: "\n"))
    case .packed: return try TemporaryFile(packed(lines.joined(separator: "\n")))
    case .packedCSV: return try TemporaryFile(packed(csv))
    }
  }

  static func columns(_ form: Form) -> DataColumns {
    switch form {
    case .lines, .returns, .marked, .packed: DataColumns()
    case .csv, .packedCSV: DataColumns(format: .csv)
    case .jsonl: DataColumns(format: .jsonl)
    }
  }

  /// A member of gzip whose blocks are stored as they are.
  static func packed(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    var packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    var start = 0
    repeat {
      let end = min(start + 3_000, bytes.count)
      let count = UInt16(end - start)
      packed.append(end == bytes.count ? 1 : 0)
      for value in [count, ~count] { packed += [UInt8(value & 0xFF), UInt8(value >> 8)] }
      packed += bytes[start..<end]
      start = end
    } while start < bytes.count
    var check = CRC32()
    check.update(bytes)
    for value in [check.value, UInt32(bytes.count)] {
      for i in 0..<4 { packed.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * i))) }
    }
    return packed
  }

  static func streamed(
    _ file: TemporaryFile, _ form: Form = .lines, share: Double? = 0.2, limits: StreamLimits = limits
  ) throws(DataError) -> StreamedTexts {
    try StreamedTexts(
      readingFile: file.path, columns: columns(form), validationShare: share, seed: 5, limits: limits)
  }

  /// Labels and texts of an epoch in the order in which they are dealt out, and the sizes of its batches.
  static func dealt(
    _ batches: inout StreamedBatches, _ alphabet: Alphabet, _ texts: StreamedTexts
  ) -> (examples: [String], sizes: [Int]) {
    let start = batches.cursor
    var batch = LabeledBatch()
    var (examples, sizes): ([String], [Int]) = ([], [])
    while batches.next(into: &batch) {
      sizes.append(batch.count)
      for i in 0..<batch.count {
        let text = alphabet.decode(batch.symbols[i])
        examples.append(texts.labelNames[Int(batch.labels[i])] + "|" + text)
        // Those of the sample come in turn.
        #expect(Int(batch.indices[i]) == (examples.count - 1 + start) % texts.sample.count)
      }
    }
    return (examples, sizes)
  }

  static func all(_ texts: LabeledTexts) -> [String] {
    (0..<texts.count).map { texts.labelName($0) + "|" + texts.text($0) }
  }
}
