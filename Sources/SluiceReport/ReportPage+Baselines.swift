import SluiceCore
import SluiceStorage

/// What a simple method reaches, as a run's description says it, and what the saved model has on the same examples.
struct BaselineFact: Equatable, Sendable {
  let name: String
  let figure: String
  let part: String
  let value: Double
  let isLowerBetter: Bool
  let note: String?
  /// The model's figure of that name; nil where the description has none.
  let model: Double?

  /// How it is called in a list of figures.
  var title: String { "\(name), \(part) \(figure)" }
  /// Whether the model is better; nil where its figure is not known.
  var isBeaten: Bool? { model.map { isLowerBetter ? $0 < value : $0 > value } }
}

extension RunFacts {
  /// What simple methods reach on the parts that the saved model was measured on.
  var baselines: [BaselineFact] {
    let list = members.first { $0.key == "baselines" }?.value.array ?? []
    let results = resultFigures
    return list.compactMap { baseline in
      guard let object = baseline.object, let name = object["name"]?.string,
        let figure = object["figure"]?.string, let value = object["value"]?.double
      else { return nil }
      let part = object["part"]?.string ?? "validation"
      var isLowerBetter = false
      if case .bool(let value)? = object["isLowerBetter"] { isLowerBetter = value }
      // The description calls the share of right answers accuracy, also where an answer is a set of labels.
      let spelled = figure.lowercased() == "subset accuracy" ? "accuracy" : figure.lowercased()
      let wanted = (part == "test" ? "test, " : "") + spelled
      return BaselineFact(
        name: name, figure: figure, part: part, value: value, isLowerBetter: isLowerBetter,
        note: object["note"]?.string, model: results.first { $0.name.lowercased() == wanted }?.number)
    }
  }
}

extension ReportPage {
  /// The saved models beside simple methods; nothing where no run knows any.
  var baselines: String {
    let rows = runs.flatMap { run in
      run.facts.baselines.map { baseline -> String in
        let verdict =
          switch baseline.isBeaten {
          case true?: "the model is better"
          case false?: "the model is not better"
          case nil: ""
          }
        let note = baseline.note.map { " <span class=\"quiet\">(\(escaped($0)))</span>" } ?? ""
        let name = runs.count > 1 ? "\(escaped(run.name)): " : ""
        return "<tr><th>\(name)\(escaped(baseline.title))\(note)</th><td>\(short(baseline.value))</td>"
          + "<td>\(baseline.model.map(short) ?? "–")</td><td class=\"text\">\(verdict)</td></tr>"
      }
    }
    guard !rows.isEmpty else { return "" }
    return
      "<h2>Beside simple methods</h2><div class=\"scroll\"><table><thead><tr><th></th><td>simple method</td>"
      + "<td>model</td><td></td></tr></thead><tbody>\(rows.joined())</tbody></table></div>"
  }
}
