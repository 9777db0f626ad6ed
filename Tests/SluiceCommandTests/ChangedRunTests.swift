import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceCommand

extension SavedExample {
  /// A command that uses the run.
  fileprivate func command(_ folder: String) -> [String] {
    switch self {
    case .classifier: ["classify", folder, "ab", "ba"]
    case .stems, .gramStems: ["nearest", folder, "ab"]
    case .lstm, .table, .transformer: ["sample", folder, "--words", "3"]
    }
  }
}

@Suite("A run whose run.json was changed", .serialized)
final class ChangedRunTests {
  private let folder: String

  init() throws { folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))" }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  struct Change: Sendable, CustomTestStringConvertible {
    let job: SavedExample
    /// The way to the field: keys, and indices as numbers.
    let field: String
    /// What is put there, as JSON.
    let value: String
    let expected: String
    var testDescription: String { "\(job): \(field) = \(value)" }

    init(_ job: SavedExample, _ field: String, _ value: String, _ expected: String) {
      (self.job, self.field, self.value, self.expected) = (job, field, value, expected)
    }
  }

  private static func replacing(_ way: ArraySlice<Substring>, of json: Any, by value: Any) -> Any {
    guard let key = way.first else { return value }
    if var list = json as? [Any], let index = Int(key) {
      list[index] = replacing(way.dropFirst(), of: list[index], by: value)
      return list
    }
    guard var object = json as? [String: Any] else { return value }
    object[String(key)] = replacing(way.dropFirst(), of: object[String(key)] ?? value, by: value)
    return object
  }

  private func use(_ job: SavedExample) -> (status: Int32, error: String) {
    var error = ""
    let status = sluice.run(job.command(folder), output: { _ in }, error: { error += $0 })
    return (status, error)
  }

  private func status(_ change: Change) throws -> (status: Int32, error: String) {
    try change.job.save(in: folder)
    let url = URL(fileURLWithPath: folder + "/run.json")
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
    let value = try JSONSerialization.jsonObject(with: Data(change.value.utf8), options: .fragmentsAllowed)
    let changed = Self.replacing(change.field.split(separator: ".")[...], of: json, by: value)
    try JSONSerialization.data(withJSONObject: changed).write(to: url)
    return use(change.job)
  }

  @Test("Unchanged it can be used", arguments: SavedExample.allCases)
  func unchanged(job: SavedExample) throws {
    try job.save(in: folder)
    let result = use(job)
    #expect(result.status == 0, "\(result.error)")
  }

  private static let changes =
    SavedExample.allCases.flatMap { job in
      ["0", "-1", "8193", "2147483648", "1000000000000000000"].flatMap { number in
        ["units", "embeddingWidth"].map { field in
          Change(
            job, "settings.\(field)", number,
            "expected a whole number from 1 to 8192 for 'settings.\(field)', found \(number). The file was changed"
          )
        }
      } + [
        Change(job, "settings.lineLimit", "0", "for 'settings.lineLimit', found 0"),
        Change(job, "settings.lineLimit", "2147483648", "for 'settings.lineLimit', found 2147483648"),
        Change(
          job, "settings.dropout", "1",
          "from 0.0 to below 1.0 (at most 0.99999994) for 'settings.dropout', found 1.0"),
        Change(
          job, "settings.units", "\"x\"", "expected a whole number for 'settings.units', found the text 'x'"),
        Change(job, "settings.units", "7", "expected settings of the saved model, found Adding parameter"),
        // Of the largest width that is allowed, initial values alone would take hours.
        Change(job, "settings.units", "8192", "expected settings of the saved model"),
        Change(job, "format", "1", "expected a text for 'format', found the number 1. The file was"),
      ]
    } + [
      Change(.classifier, "settings.layers", "65", "from 1 to 64 for 'settings.layers', found 65"),
      Change(.classifier, "labels", #"["b","b"]"#, "not listed before for 'labels[1]', found \"b\""),
      Change(.classifier, "labels.0", "\"\"", "expected a name for 'labels[0]'"),
      Change(.classifier, "labels", "[]", "expected at least 2 for 'labels', found 0"),
      Change(
        .classifier, "alphabet.1", "97", "for 'alphabet', found 'number 97 at position 1: listed before'"),
      Change(.stems, "words", "[]", "expected at least 20 for 'words', found 0"),
      Change(.stems, "words.3", "\"\"", "expected a word for 'words[3]'"),
      Change(.stems, "settings.width", "2147483648", "for 'settings.width', found 2147483648"),
      Change(.lstm, "settings.layers", "2147483648", "from 1 to 64 for 'settings.layers'"),
      Change(.lstm, "settings.highways", "-1", "from 0 to 64 for 'settings.highways', found -1"),
      Change(.lstm, "settings.highways", "2147483648", "for 'settings.highways'"),
      Change(.lstm, "settings.highways", "0", "the saved model, which has"),
      Change(.lstm, "settings.filters.0.maps", "2147483648", "for 'settings.filters[0].maps'"),
      Change(.lstm, "settings.filters.1.width", "0", "from 1 to 64 for 'settings.filters[1].width', found 0"),
      Change(.lstm, "settings.filters", "[]", "at least one width of filters"),
      Change(.lstm, "settings.longestWord", "64", "for 'spelling.longest', found 65"),
      Change(.lstm, "spelling.longest", "-1", "for 'spelling.longest', found '-1, below the 3"),
      Change(
        .lstm, "spelling.longest", "2147483648", "the 65 of 'settings.longestWord' for 'spelling.longest'"),
      Change(.lstm, "vocabulary.1", "\"x\"", "expected a list with \"\\n\" for 'vocabulary', found none"),
      Change(.lstm, "vocabulary.3", "\"x\"", "expected a list with \"<unk>\" for 'vocabulary', found none"),
      Change(.lstm, "vocabulary.2", "\"ab\"", "for 'vocabulary[2]', found \"ab\" as in 'vocabulary[0]'"),
      Change(.lstm, "vocabulary.2", "\"\"", "expected a word without spaces for 'vocabulary[2]', found \"\""),
      Change(.lstm, "vocabulary.2", "\"a b\"", "expected a word without spaces for 'vocabulary[2]'"),
      Change(.table, "settings.adaptiveCutoffs", "[4]", "below the 4 words of the vocabulary"),
      Change(.table, "settings.adaptiveCutoffs", "[2,2]", "rising whole numbers above 0"),
      Change(.transformer, "settings.steps", "-1", "from 1 to 4096 for 'settings.steps', found -1"),
      Change(.transformer, "settings.steps", "2147483648", "for 'settings.steps', found 2147483648"),
      Change(.transformer, "settings.heads", "3", "a number of heads that divides the width"),
    ]

  @Test("A field that no training can have written is named", arguments: changes)
  func changed(change: Change) throws {
    let result = try status(change)
    #expect(result.status == 1)
    #expect(result.error.hasPrefix("error: \(folder)/run.json: expected "))
    #expect(result.error.contains(change.expected), "\(result.error)")
    #expect(result.error.hasSuffix("The file was changed; train the model again."))
    #expect(!result.error.contains("\n"))
  }

  @Test(
    "What a training was asked for beside the model does not keep that from being used",
    arguments: SavedExample.allCases,
    ["epochs", "validationShare", "optimizer"])
  func trainingSettings(job: SavedExample, field: String) throws {
    let result = try status(Change(job, "settings.\(field)", "-1", ""))
    #expect(result.status == 0, "\(result.error)")
  }

  @Test(
    "A description of before the choice of a share of unknown characters is read, and a share of 1.5 is refused"
  )
  func unknownShare() throws {
    for job in [SavedExample.classifier, .stems] {
      try job.save(in: folder)
      let path = folder + "/run.json"
      var text = try String(contentsOfFile: path, encoding: .utf8)
      let line = try #require(text.split(separator: "\n").first { $0.contains("unknownShare") })
      #expect(line.contains("0.01"))
      text.replace(line, with: line.replacing("0.01", with: "1.5"))
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      let refused = use(job)
      #expect(refused.status == 1 && refused.error.contains("for 'settings.unknownShare', found 1.5"))
      text.replace(line.replacing("0.01", with: "1.5"), with: "")
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(use(job).status == 0)
    }
  }
}
