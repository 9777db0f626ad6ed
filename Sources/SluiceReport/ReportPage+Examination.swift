import SluiceCore
import SluiceStorage

// What the saved models do with their validation parts: of one run open to the eye, of several each behind its name.
extension ReportPage {
  var examinations: String {
    let parts = runs.map { run in
      run.facts.examination.map {
        Self.note($0) + LabelTables($0).html + ExampleLists($0).html + NeighborTable($0).html
      } ?? ""
    }
    guard parts.contains(where: { !$0.isEmpty }) else { return "" }
    let title = "<h2>What the model does</h2>"
    if runs.count == 1 { return title + parts[0] }
    return title
      + zip(runs, parts).map { run, part in
        part.isEmpty
          ? "<p class=\"quiet\">The model of \(escaped(run.name)) was not examined.</p>"
          : "<details><summary>\(escaped(run.name))</summary>\(part)</details>"
      }.joined()
  }
}

extension ReportPage {
  fileprivate static func note(_ examination: Examination) -> String {
    examination.note.map { "<p class=\"quiet\">\(escaped($0)).</p>" } ?? ""
  }
}

/// Examples that a model gets most wrong, and those that it is least sure of.
struct ExampleLists {
  let examination: Examination

  init(_ examination: Examination) { self.examination = examination }

  var html: String {
    // Of a job without labels there is nothing to say.
    guard !examination.labels.isEmpty else { return "" }
    return "<div class=\"grid tables\">"
      + list("Most wrong", examination.mostWrong, "Nothing of the validation part is wrong.")
      + list("Least sure", examination.leastSure, "No example has two labels to choose from.") + "</div>"
  }

  private func list(_ title: String, _ examples: [Examination.Example], _ none: String) -> String {
    guard !examples.isEmpty else { return "<div><h3>\(title)</h3><p class=\"quiet\">\(none)</p></div>" }
    let items = examples.map { example in
      let isRight = example.label.hasSameCodePoints(as: example.predicted)
      let verdict =
        isRight
        ? "rightly <b>\(escaped(example.predicted))</b> with \(share(example.probability))"
        : "<b>\(escaped(example.label))</b> (\(share(example.labelProbability))) taken for "
          + "<b>\(escaped(example.predicted))</b> (\(share(example.probability)))"
      return "<li><bdi>\(escaped(example.text))</bdi><br><span class=\"quiet\">\(verdict)</span></li>"
    }
    return "<div><h3>\(title)</h3><ol class=\"examples\">\(items.joined())</ol></div>"
  }

  /// A probability in percent; those near the ends in more digits.
  private func share(_ probability: Double) -> String {
    let value = 100 * probability
    return (value >= 1 && value < 99 ? fixed(value, 1) : short(value)) + " %"
  }
}

/// Words and what is near to them.
struct NeighborTable {
  let examination: Examination

  init(_ examination: Examination) { self.examination = examination }

  var html: String {
    guard !examination.neighbors.isEmpty else { return "" }
    let knowsRelations = examination.neighbors.contains { $0.near.contains { $0.isRelated != nil } }
    let rows = examination.neighbors.map { neighbors in
      let near = neighbors.near.map { word in
        let text = "<bdi>\(escaped(word.word))</bdi>"
        return "<span class=\"item\">\(word.isRelated == true ? "<b>\(text)</b>" : text) "
          + "<span class=\"quiet\">\(fixed(word.cosine, 2))</span></span>"
      }
      return
        "<tr><th><bdi>\(escaped(neighbors.word))</bdi></th><td class=\"text\">\(near.joined(separator: " "))</td></tr>"
    }
    return "<h3>Nearest words</h3><table class=\"near\"><tbody>\(rows.joined())</tbody></table>"
      + "<p class=\"quiet\">Each with the cosine of both vectors"
      + (knowsRelations ? "; words of the same stem are bold" : "") + ".</p>"
  }
}
