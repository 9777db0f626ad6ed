import SluiceCore
import SluiceFlow
import SluiceStorage

/// One HTML page about one run, or several compared: nothing outside itself, no scripts, light and dark.
struct ReportPage {
  let runs: [RunHistory]

  var html: String {
    let last = runs.count > 1 ? " and \(runs[runs.count - 1].name)" : ""
    let title =
      "Training report: " + runs.prefix(max(runs.count - 1, 1)).map(\.name).joined(separator: ", ") + last
    var body = "<h1>\(escaped(title))</h1>"
    for (i, run) in runs.enumerated() {
      let key = runs.count > 1 ? "<span class=\"key c\(i)\"></span> " : ""
      body += "<p>\(key)<b>\(escaped(run.name))</b>: \(escaped(summary(run)))</p>"
    }
    body += differences + comparison + baselines
    body += "<h2>What was found</h2>"
    body += runs.map { FindingsPart(run: $0, hasCompany: runs.count > 1).html }.joined()
    body += "<h2>Training</h2><div class=\"grid\">" + curves + "</div>"
    body += examinations + settings
    body += "<h2>Flow of the gradient</h2>"
    body += "<div class=\"grid\">" + runs.map(bars).joined() + runs.map(heatMaps).joined() + "</div>"
    body += "<h2>Last figures</h2>" + runs.map(table).joined()
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      \(RunDirectory.reportMark)
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
      <title>\(escaped(title))</title><style>\(ReportStyle.sheet)</style></head>
      <body><main>\(body)</main>
      <script type="application/json" id="data">\(data)</script></body></html>

      """
  }

  private func summary(_ run: RunHistory) -> String {
    let first = run.steps.elements.first { $0.loss != nil }?.loss ?? nil
    let last = run.steps.last?.loss ?? run.steps.elements.last { $0.loss != nil }?.loss
    let losses = "loss \(first.map(short) ?? "none") to \(last.map(short) ?? "none")"
    let count = "\(grouped(run.steps.count)) \(run.steps.count == 1 ? "step" : "steps")"
    return ([count, losses] + run.remarks).joined(separator: ", ") + "."
  }

  /// The weights that only one of the runs has.
  private var differences: String {
    var text = ""
    for (i, one) in runs.enumerated() where runs.count > 1 {
      let others = Set(runs.indices.filter { $0 != i }.flatMap { runs[$0].weights.map { CodePoints($0) } })
      let only = one.weights.filter { !others.contains(CodePoints($0)) }
      if !only.isEmpty {
        text += "<p>Only in \(escaped(one.name)): \(escaped(only.joined(separator: ", "))).</p>"
      }
    }
    return text
  }

  // MARK: Parts

  /// Figures of the validation part that have a picture with others; all others have one each.
  private static let sharingPicture: Set<String> = [
    "validation_loss", "validation_accuracy", "validation_macro_f1", "validation_micro_f1",
    "validation_subset_accuracy", "validation_perplexity", "recall_at_1", "recall_at_5",
  ]
  /// The most figures that have a picture each.
  private static let figureLimit = 12

  /// The other figures that any run has measured.
  private var otherFigures: [String] {
    let names = Set(runs.flatMap { $0.epochs.elements.flatMap(\.figures.keys) })
    return Array(names.subtracting(Self.sharingPicture).sorted().prefix(Self.figureLimit))
  }

  private var curves: String {
    picture("loss", each: { $0.loss }, after: ["validation_loss"])
      + accuracyCurves
      + picture("perplexity", isLogarithmic: true, after: ["validation_perplexity"])
      + picture("recall", after: ["recall_at_1", "recall_at_5"])
      + otherFigures.map { picture(Self.title(of: $0), after: [$0]) }.joined()
      + picture("learning rate", each: { $0.rate })
      + picture("norm of the gradient", isLogarithmic: true, each: { $0.norm })
  }

  /// The curves of what is right, of one label each or of any number.
  private var accuracyCurves: String {
    let isOfSets = runs.contains { $0.epochs.elements.contains { $0.figures["validation_micro_f1"] != nil } }
    guard isOfSets else {
      return picture(
        "accuracy", each: { $0.accuracy }, after: ["validation_accuracy", "validation_macro_f1"])
    }
    return picture("accuracy", each: { $0.accuracy }, after: ["validation_accuracy"])
      + picture("F1", each: { $0.microF1 }, after: ["validation_micro_f1", "validation_macro_f1"])
      + picture("subset accuracy", after: ["validation_subset_accuracy"])
  }

  /// The name of a figure of the log in words.
  private static func title(of name: String) -> String { name.split(separator: "_").joined(separator: " ") }

  /// The curves of one kind of figure: of every step, and of what was measured after the epochs. Of two runs each has its
  /// color. Nothing if no run has any.
  private func picture(
    _ title: String, isLogarithmic: Bool = false, each figure: (RunHistory.Step) -> Double? = { _ in nil },
    after names: [String] = []
  ) -> String {
    var curves: [Curve] = []
    for (r, run) in runs.enumerated() {
      func add(_ name: String, _ points: [(x: Double, y: Double)]) {
        if points.isEmpty { return }
        let dash = curves.count(where: { $0.color == r || runs.count == 1 })
        curves.append(
          Curve(
            name: runs.count > 1 ? "\(run.name), \(name)" : name, points: points,
            color: runs.count > 1 ? r : dash, dash: dash))
      }
      add(title, run.steps.elements.compactMap { step in figure(step).map { (Double(step.step), $0) } })
      for name in names {
        add(
          Self.title(of: name),
          run.epochs.elements.compactMap { epoch in
            epoch.figures[name].map { (Double(epoch.step), $0) }
          })
      }
    }
    let picture = CurvePicture(title: title, curves: curves, alarms: marks, isLogarithmic: isLogarithmic)
    if picture.isEmpty { return "" }
    return "<figure><figcaption>\(escaped(title))</figcaption>\(picture.svg)</figure>"
  }

  /// One mark for all that was reported at a step: of several on top of each other only one could be read.
  private var marks: [(step: Double, text: String)] {
    var texts: [Int: [String]] = [:]
    for run in runs {
      for finding in run.findings {
        let place = finding.place.isEmpty ? "" : " at \(finding.place)"
        let text = "\(finding.name)\(place), since step \(finding.firstStep)"
        texts[finding.reportedStep, default: []].append(runs.count > 1 ? "\(run.name): \(text)" : text)
      }
    }
    return texts.sorted { $0.key < $1.key }.map { (Double($0.key), $0.value.joined(separator: "; ")) }
  }

  private func bars(_ run: RunHistory) -> String {
    let recent = run.flows.elements.suffix(8)
    let bars = run.weights.map { name in
      let values = recent.compactMap { flow in flow.parameter(name)?.gradient }
      let mean = values.reduce(0, +) / Double(max(values.count, 1))
      let block = run.findings.first {
        !$0.place.isEmpty && name.hasPrefix($0.place) && $0.ailment == .blocked
      }
      return FlowBar(name: name, value: mean, isBlocked: block != nil, note: block?.evidence)
    }
    let chart = FlowChart(title: "", bars: bars, axisLabel: "mean |gradient|").svg(room: 250)
    return card(
      run, "mean |gradient| of the weights, last observations", "<div class=\"scroll\">\(chart)</div>",
      isWide: bars.count > Self.barsOfACard)
  }

  /// The bars that fit into the width of a phone.
  private static let barsOfACard = 11

  private func card(
    _ run: RunHistory, _ title: String, _ picture: String, isWide: Bool = false
  ) -> String {
    let name = runs.count > 1 ? "\(run.name): " : ""
    return "<figure\(isWide ? " class=\"wide\"" : "")><figcaption>\(escaped(name + title))</figcaption>"
      + "\(picture)</figure>"
  }

  private func heatMaps(_ run: RunHistory) -> String {
    let flows = run.flows.elements
    func map(_ title: String, _ figure: (RunHistory.Flow.Parameter) -> Double?) -> String {
      let rows = run.weights.map { name in
        (name, flows.map { flow in flow.parameter(name).flatMap(figure) })
      }
      let picture = HeatMap(title: title, rows: rows, steps: flows.map(\.step))
      return card(run, title + picture.remark, picture.svg)
    }
    var text = map("mean |gradient| by weight and step") { $0.gradient }
    text += map("size of the update by that of the weight") { $0.ratio }
    var names: [String] = []
    var seen: Set<CodePoints> = []
    for flow in flows {
      for time in flow.times where seen.insert(CodePoints(time.name)).inserted { names.append(time.name) }
    }
    for name in names.prefix(Self.netLimit) {
      let seen = flows.compactMap { flow in
        flow.time(name).map { (step: flow.step, time: $0) }
      }
      var chosen = [seen[0]]
      if seen.count > 2 { chosen.append(seen[seen.count / 2]) }
      if seen.count > 1 { chosen.append(seen[seen.count - 1]) }
      let curves = chosen.enumerated().map { k, one in
        // As floating-point numbers: the log may say any number of steps.
        let steps = Double(one.time.stepsPerBin)
        return Curve(
          name: "step \(one.step)", points: one.time.fromEnd.enumerated().map { (Double($0) * steps, $1) },
          color: k, dash: k)
      }
      let title = "\(name): mean |gradient| over time"
      let picture = CurvePicture(
        title: title, curves: curves, isLogarithmic: true, horizontal: "steps before the end")
      text += card(run, title, picture.svg)
    }
    if names.count > Self.netLimit {
      text += "<p class=\"quiet\">\(names.count - Self.netLimit) more recurrent layers are left out.</p>"
    }
    return text
  }

  /// The recurrent layers whose gradient over time is shown.
  private static let netLimit = 16

  private func table(_ run: RunHistory) -> String {
    guard let last = run.flows.last else {
      return "<p class=\"quiet\">\(escaped(run.name)) has no observations of the flow.</p>"
    }
    func cell(_ value: Double?) -> String { "<td>\(value.map(short) ?? "–")</td>" }
    let rows = last.parameters.map { parameter in
      "<tr><th>\(escaped(parameter.name))</th>\(cell(parameter.gradient))\(cell(parameter.weight))"
        + "\(cell(parameter.ratio))\(cell(parameter.touched))</tr>"
    }
    let name = runs.count > 1 ? "<h3>\(escaped(run.name))</h3>" : ""
    return name + "<div class=\"scroll\"><table><thead><tr><th>step \(last.step)</th><td>mean |gradient|</td>"
      + "<td>rms weight</td><td>update by weight</td><td>rows ever touched</td></tr></thead>"
      + "<tbody>\(rows.joined())</tbody></table></div>"
  }

  /// The figures of the curves as JSON, for whoever wants to work with them.
  private var data: String {
    let runs = runs.map { run in
      let steps = run.steps.elements.map { step in
        "[\(step.step),\(json(step.loss)),\(json(step.accuracy)),\(json(step.rate)),\(json(step.norm))]"
      }
      return "{\"run\":\(json(run.name)),\"columns\":[\"step\",\"loss\",\"accuracy\",\"learning_rate\","
        + "\"gradient_norm\"],\"steps\":[\(steps.joined(separator: ","))]}"
    }
    return "[\(runs.joined(separator: ","))]"
  }

  private func json(_ value: Double?) -> String { value.flatMap { $0.isFinite ? "\($0)" : nil } ?? "null" }

  /// A JSON string in which nothing can end the element around it, all in plain ASCII.
  private func json(_ text: String) -> String {
    var result = "\""
    for unit in text.utf16 {
      if let scalar = Unicode.Scalar(unit), scalar.isASCII, scalar >= " ",
        !"\"\\<>&\u{7F}".unicodeScalars.contains(scalar)
      {
        result.unicodeScalars.append(scalar)
      } else {
        let digits = String(unit, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return result + "\""
  }
}
