import SluiceCore
import SluiceStorage

// Settings and data of the runs, and their results side by side.
extension ReportPage {
  /// What was trained on what: of one run a table, of several what differs, and behind a line what does not.
  var settings: String {
    let all = runs.map(\.facts.settings)
    guard all.contains(where: { !$0.isEmpty }) else { return "" }
    let names = Self.union(all.map { $0.map(\.name) })
    let rows = names.map { name in
      (name: name, values: all.map { facts in facts.first { $0.name.hasSameCodePoints(as: name) }?.text })
    }
    let title = "<h2>Settings and data</h2>"
    guard runs.count > 1 else { return title + table(rows) }
    let differing = rows.filter { row in Set(row.values.map { CodePoints($0 ?? "") }).count > 1 }
    let equal = rows.filter { row in Set(row.values.map { CodePoints($0 ?? "") }).count == 1 }
    return title
      + (differing.isEmpty ? "<p class=\"quiet\">All settings are the same.</p>" : table(differing))
      + (equal.isEmpty
        ? ""
        : "<details><summary>\(equal.count) that are the same</summary>"
          + "\(table(equal.map { ($0.name, [$0.values[0]]) }, heads: false))</details>")
  }

  /// The figures of the saved models, of several the best of each row marked.
  var comparison: String {
    guard runs.count > 1 else {
      let figures = runs.first?.facts.resultFigures ?? []
      let rows = figures.map { (name: $0.name, values: [$0.number.map(short)]) }
      return rows.isEmpty ? "" : "<h2>The saved model</h2>" + table(rows, heads: false)
    }
    let all = runs.map(\.facts.figures)
    var rows = Self.union(all.map { $0.map(\.name) }).map { name in
      (name: name, values: all.map { facts in facts.first { $0.name.hasSameCodePoints(as: name) }?.number })
    }
    rows.append(("steps", runs.map { Double($0.steps.last?.step ?? 0) }))
    rows.append(("findings", runs.map { Double($0.findingCount) }))
    let body = rows.map { row -> String in
      let known = row.values.compactMap { $0 }
      let best = Self.isBetter(row.name).flatMap { $0 == .lower ? known.min() : known.max() }
      let isContest = Set(known).count > 1
      let cells = row.values.map { value -> String in
        let mark = isContest && value != nil && value == best ? " class=\"best\"" : ""
        return "<td\(mark)>\(value.map(short) ?? "–")</td>"
      }
      return "<tr><th>\(escaped(row.name))</th>\(cells.joined())</tr>"
    }
    return "<h2>Results side by side</h2><div class=\"scroll\"><table>\(heads)"
      + "<tbody>\(body.joined())</tbody></table></div><p class=\"quiet\">The best of each row is bold.</p>"
  }

  private enum Direction { case lower, higher }

  /// Which way a figure is better; nil for one that is neither.
  private static func isBetter(_ name: String) -> Direction? {
    if name.lowercased().holds("baseline") { return nil }
    if ["loss", "perplexity", "bits"].contains(where: { name.holds($0) }) { return .lower }
    if ["accuracy", "f1", "F1", "recall", "precision"].contains(where: { name.holds($0) }) {
      return .higher
    }
    return nil
  }

  /// The runs as the heads of columns.
  private var heads: String {
    let cells = runs.enumerated().map { i, run in
      "<td><span class=\"key c\(i % ReportStyle.colors)\"></span> \(escaped(run.name))</td>"
    }
    return "<thead><tr><th></th>\(cells.joined())</tr></thead>"
  }

  private func table(_ rows: [(name: String, values: [String?])], heads showsHeads: Bool = true) -> String {
    let body = rows.map { row in
      "<tr><th>\(escaped(row.name))</th>"
        + row.values.map { "<td class=\"text\">\($0.map(escaped) ?? "–")</td>" }.joined() + "</tr>"
    }
    return "<div class=\"scroll\"><table>\(runs.count > 1 && showsHeads ? heads : "")"
      + "<tbody>\(body.joined())</tbody></table></div>"
  }

  /// The names of all lists, each once, in the order in which they come.
  private static func union(_ lists: [[String]]) -> [String] {
    var seen: Set<CodePoints> = []
    return lists.flatMap { $0 }.filter { seen.insert(CodePoints($0)).inserted }
  }
}
