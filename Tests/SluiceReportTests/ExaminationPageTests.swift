import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceReport

@Suite("What a report shows beside the log")
struct ExaminationPageTests {
  private static func labels(_ count: Int) -> Examination {
    var examination = Examination()
    examination.labels = (0..<count).map { .init(name: "l\($0)", count: 10, predicted: 10, correct: 8) }
    examination.confusions = (0..<count).map {
      .init(label: "l\($0)", predicted: "l\(($0 + 1) % count)", count: $0 % 3 + 1)
    }
    return examination
  }

  @Test("Few labels have a matrix of all, many that of the most confused and a list of pairs")
  func confusions() {
    let few = LabelTables(Self.labels(3)).html
    #expect(few.contains("title=\"l1, taken for l2: 2\">2</td>") && few.contains("l1, found: 8"))
    #expect(!few.contains("taken for</td>"))
    #expect(few.contains("<td class=\"shade\" style=\"--h:36%\">0.800</td>"))
    let many = LabelTables(Self.labels(130)).html
    #expect(many.contains("The 16 labels that are confused most.") && many.contains("taken for</td>"))
    #expect(many.contains("30 more labels are left out.") && many.contains("110 rarer pairs are left out."))
    var perfect = Self.labels(2)
    perfect.confusions = []
    #expect(LabelTables(perfect).html.contains("No label was taken for another."))
    #expect(LabelTables(Examination()).html.isEmpty)
  }

  @Test("Names, texts and words of any kind stay text")
  func hostile() {
    let bad = "</td><script>x</script>\u{202E}\u{0}&\"'"
    var examination = Examination()
    examination.labels = [
      .init(name: bad, count: 1, predicted: 1, correct: 0),
      .init(name: "b", count: 1, predicted: 1, correct: 0),
    ]
    examination.confusions = [.init(label: bad, predicted: "b", count: 1)]
    examination.mostWrong = [
      .init(text: bad, label: bad, predicted: "b", probability: 0.9, labelProbability: 1e-9)
    ]
    examination.leastSure = examination.mostWrong
    examination.neighbors = [.init(word: bad, near: [.init(word: bad, cosine: .nan, isRelated: true)])]
    let html =
      LabelTables(examination).html + ExampleLists(examination).html + NeighborTable(examination).html
    #expect(!html.contains("<script>") && !html.contains("\u{202E}") && !html.contains("\u{0}"))
    #expect(html.contains("&lt;/td&gt;&lt;script&gt;"))
  }

  @Test("Certainty is drawn for each range that has a prediction, with the error in words")
  func calibration() {
    var calibration = Calibration()
    for i in 0..<10 { calibration.add(probability: 0.95, isRight: i < 5) }
    calibration.add(probability: 0.25, isRight: false)
    let html = CalibrationPicture(calibration).html
    #expect(html.components(separatedBy: "class=\"bar\"").count == 3)
    #expect(html.contains("probability 0.900 to 1: 10 predictions, on average 0.950, right 0.500"))
    #expect(html.contains("error 0.4318 over 11 predictions"))
  }

  @Test("Settings are words, and lists and texts are shown as they stand")
  func words() {
    #expect(RunFacts.words("learningRate") == "learning rate" && RunFacts.words("macroF1") == "macro f1")
    #expect(RunFacts.words("recall@1") == "recall@1" && RunFacts.words("") == "")
  }

  /// A folder of a saved classifier with a log of some steps.
  private func run(_ folder: TestFolder, _ name: String) throws -> String {
    let path = folder.file(name)
    try SavedExample.classifier.save(in: path)
    let steps = (1...3).map { #"{"kind":"step","step":\#($0),"loss":\#(1 / Double($0))}"# }
    try (steps.joined(separator: "\n") + "\n").write(
      toFile: path + "/metrics.jsonl", atomically: true, encoding: .utf8)
    return path
  }

  @Test("Four runs are compared: what differs first, each with its color, and what was not examined is said")
  func four() throws {
    let folder = try TestFolder()
    let paths = try ["a", "b", "c", "d"].map { try run(folder, $0) }
    let file = paths[2] + "/run.json"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let changed = text.replacing("\"epochs\" : 15", with: "\"epochs\" : 7")
    #expect(changed != text)
    try changed.write(toFile: file, atomically: true, encoding: .utf8)
    let page = try RunReport(ofRuns: paths).html
    #expect(page.contains("Training report: \(paths[0]), \(paths[1]), \(paths[2]) and \(paths[3])"))
    #expect(
      page.contains(
        "<tr><th>epochs</th><td class=\"text\">15</td><td class=\"text\">15</td><td class=\"text\">7</td>"))
    #expect(page.contains("that are the same</summary>") && page.contains("<span class=\"key c3\"></span>"))
    #expect(page.contains("Results side by side"))
    for word in ["http://", "https://", "src=", "<link rel=\"stylesheet"] {
      #expect(!page.replacing("http://www.w3.org/2000/svg", with: "").contains(word))
    }
  }

  @Test(
    "The page of one run has its model's figures, settings without values are named, and sets stand beside their baseline"
  )
  func oneRun() throws {
    let folder = try TestFolder()
    let path = try run(folder, "a")
    let file = URL(fileURLWithPath: path + "/run.json")
    var members = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    var settings = try #require(members["settings"] as? [String: Any])
    settings["schedule"] = ["cosine": [String: Any]()]
    settings["clipping"] = ["norm": ["limit": 5]]
    settings["nothing"] = [String: Any]()
    members["settings"] = settings
    members["result"] = ["accuracy": 0.5, "macroF1": 0.25, "epoch": 2]
    members["testResult"] = ["accuracy": 0.125, "epoch": 2]
    members["baselines"] = ["validation", "test"].map { part -> [String: Any] in
      [
        "name": "most frequent", "figure": "subset accuracy", "part": part, "value": 0.25,
        "isLowerBetter": false,
      ]
    }
    try JSONSerialization.data(withJSONObject: members).write(to: file)
    let facts = RunFacts(readingRun: path)
    func text(_ name: String) -> String? { facts.settings.first { $0.name == name }?.text }
    #expect(text("schedule") == "cosine" && text("clipping, norm, limit") == "5" && text("nothing") == nil)
    #expect(facts.baselines.map(\.model) == [0.5, 0.125])
    #expect(facts.baselines.map(\.isBeaten) == [true, false])
    let page = try RunReport(ofRuns: [path]).html
    let table = try #require(page.components(separatedBy: "<h2>The saved model</h2>").dropFirst().first)
    #expect(table.contains("<tr><th>accuracy</th><td class=\"text\">0.500</td></tr>"))
    #expect(!page.contains("Results side by side"))
  }

  @Test("The figures go beside the page, and replace nothing but those of an earlier report")
  func figures() throws {
    let folder = try TestFolder()
    let path = try run(folder, "a")
    let report = try RunReport(ofRuns: [path])
    for _ in 0..<2 { try report.write(to: folder.file("page.html")) }
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder.file("page.json"))))
        as? [String: Any])
    #expect(json["format"] as? String == "sluice report 1")
    let first = try #require((json["runs"] as? [[String: Any]])?.first)
    #expect(first["job"] as? String == "classifier" && (first["steps"] as? [Any])?.count == 3)
    #expect((first["description"] as? [String: Any])?["settings"] != nil)
    #expect(
      RunReport.figuresPath(ofPage: "x.html") == "x.json" && RunReport.figuresPath(ofPage: "x") == "x.json")
    _ = try folder.write("{\"mine\":1}", to: "other.json")
    #expect(throws: StorageError.self) { try report.write(to: folder.file("other.html")) }
    #expect(try String(contentsOfFile: folder.file("other.json"), encoding: .utf8) == "{\"mine\":1}")
    #expect(try !folder.names().contains("other.html"))
  }
}
