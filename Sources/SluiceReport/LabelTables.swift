import SluiceCore
import SluiceStorage

/// How well a model tells labels apart: figures by label, which label it takes for which, and how sure it is.
struct LabelTables {
  let examination: Examination

  init(_ examination: Examination) { self.examination = examination }

  /// The labels that have a row.
  private static let rowLimit = 100
  /// The labels of a matrix that can be taken in.
  private static let matrixLimit = 16
  /// The pairs that are listed where the labels are too many for a matrix.
  private static let pairLimit = 20

  var html: String {
    var parts: [String] = []
    if !examination.labels.isEmpty {
      parts.append("<figure><figcaption>by label</figcaption>\(byLabel)</figure>")
      // Of several labels none is taken for another.
      if examination.isOfSets != true {
        parts.append("<figure><figcaption>which is taken for which</figcaption>\(confusions)</figure>")
      }
    }
    if let calibration = examination.calibration, calibration.count > 0 {
      parts.append(
        "<figure><figcaption>how sure, and how often right</figcaption>\(CalibrationPicture(calibration).html)</figure>"
      )
    }
    return parts.isEmpty ? "" : "<div class=\"grid tables\">\(parts.joined())</div>"
  }

  // MARK: By label

  private var byLabel: String {
    let rows = examination.labels.prefix(Self.rowLimit).map { label in
      let precision = Self.ratio(label.correct, label.predicted)
      let recall = Self.ratio(label.correct, label.count)
      let f1 = Self.ratio(2 * label.correct, label.count + label.predicted)
      return "<tr><th>\(escaped(label.name))</th>"
        + [precision, recall, f1].map { Self.cell($0, text: fixed($0, 3)) }.joined()
        + "<td>\(grouped(label.count))</td></tr>"
    }
    let left = examination.labels.count + examination.labelsLeftOut - rows.count
    return
      "<div class=\"scroll\"><table><thead><tr><th>label</th><td>precision</td><td>recall</td><td>F1</td>"
      + "<td>count</td></tr></thead><tbody>\(rows.joined())</tbody></table></div>"
      + (left > 0 ? "<p class=\"quiet\">\(grouped(left)) more labels are left out.</p>" : "")
  }

  private static func ratio(_ part: Int, _ whole: Int) -> Double {
    whole <= 0 ? 0 : Double(part) / Double(whole)
  }

  /// A cell with a shade that says how large a share is, pale enough to read what stands on it.
  private static func cell(_ share: Double, text: String, _ title: String = "") -> String {
    let shade = Int((min(max(share, 0), 1) * 45).rounded())
    return
      "<td class=\"shade\" style=\"--h:\(shade)%\"\(title.isEmpty ? "" : " title=\"\(escaped(title))\"")>\(text)</td>"
  }

  // MARK: Confusions

  /// A matrix, rows by their own label and columns by what was predicted. Where the labels are too many, of those with the most
  /// confusions, and the most frequent pairs of all.
  private var confusions: String {
    guard !examination.confusions.isEmpty else {
      return "<p class=\"quiet\">No label was taken for another.</p>"
    }
    guard examination.labels.count > Self.matrixLimit || examination.labelsLeftOut > 0 else {
      return matrix(of: examination.labels)
    }
    var involved: [CodePoints: Int] = [:]
    for pair in examination.confusions {
      involved[CodePoints(pair.label), default: 0] += pair.count
      involved[CodePoints(pair.predicted), default: 0] += pair.count
    }
    let most = examination.labels.enumerated().sorted { a, b in
      let (first, second) = (
        involved[CodePoints(a.element.name)] ?? 0, involved[CodePoints(b.element.name)] ?? 0
      )
      return first == second ? a.offset < b.offset : first > second
    }
    let chosen = most.prefix(Self.matrixLimit).sorted { $0.offset < $1.offset }.map(\.element)
    let pairs = examination.confusions.prefix(Self.pairLimit).map { pair in
      "<tr><th>\(escaped(pair.label))</th><td class=\"text\">\(escaped(pair.predicted))</td><td>\(grouped(pair.count))</td></tr>"
    }
    let left = examination.confusions.count + examination.confusionsLeftOut - pairs.count
    return matrix(of: chosen)
      + "<p class=\"quiet\">The \(chosen.count) labels that are confused most.</p>"
      + "<div class=\"scroll\"><table><thead><tr><th>label</th><td class=\"text\">taken for</td><td>count</td></tr></thead>"
      + "<tbody>\(pairs.joined())</tbody></table></div>"
      + (left > 0 ? "<p class=\"quiet\">\(grouped(left)) rarer pairs are left out.</p>" : "")
  }

  private func matrix(of labels: [Examination.Label]) -> String {
    var counts: [CodePoints: [CodePoints: Int]] = [:]
    for pair in examination.confusions {
      counts[CodePoints(pair.label), default: [:]][CodePoints(pair.predicted)] = pair.count
    }
    let heads = labels.map { "<th class=\"upright\">\(escaped(Self.shortened($0.name)))</th>" }
    let rows = labels.map { row in
      let cells = labels.map { column -> String in
        let isSame = row.name.hasSameCodePoints(as: column.name)
        let count = isSame ? row.correct : counts[CodePoints(row.name)]?[CodePoints(column.name)] ?? 0
        let title = "\(row.name), \(isSame ? "found" : "taken for \(column.name)"): \(count)"
        return Self.cell(Self.ratio(count, row.count), text: count == 0 ? "" : grouped(count), title)
      }
      return "<tr><th>\(escaped(Self.shortened(row.name)))</th>\(cells.joined())</tr>"
    }
    return "<div class=\"scroll\"><table class=\"matrix\"><thead><tr><td></td>\(heads.joined())</tr></thead>"
      + "<tbody>\(rows.joined())</tbody></table></div>"
      + "<p class=\"quiet\">Rows are labels, columns what was predicted; the shade is the share of the row.</p>"
  }

  private static func shortened(_ name: String) -> String { ScreenText.cutInTheMiddle(name, to: 18) }
}

/// A reliability diagram: for each range of probabilities the share that is right, against what it would be for a model that is as
/// often right as it says.
struct CalibrationPicture {
  let calibration: Calibration

  init(_ calibration: Calibration) { self.calibration = calibration }

  var html: String {
    let bins = calibration.bins
    let most = Double(bins.map(\.count).max() ?? 1)
    let width = 300 / Double(max(bins.count, 1))
    var text =
      "<svg viewBox=\"0 0 360 200\" role=\"img\" aria-label=\"share of right predictions by their probability\">"
    for level in [0, 0.25, 0.5, 0.75, 1] {
      let y = number(170 - 160 * level)
      text +=
        "<path class=\"grid\" d=\"M52 \(y)H352\"/><text x=\"47\" y=\"\(y)\" dy=\"4\" text-anchor=\"end\">\(short(level))</text>"
    }
    for (i, bin) in bins.enumerated() where bin.count > 0 {
      let x = 52 + Double(i) * width
      // The more predictions a bin has, the stronger its bar.
      let strength = 25 + Int((75 * (Double(bin.count) / most).squareRoot()).rounded())
      let height = 160 * bin.accuracy
      let range = "\(short(Double(i) / Double(bins.count))) to \(short(Double(i + 1) / Double(bins.count)))"
      text +=
        "<rect class=\"bar\" style=\"--h:\(strength)%\" x=\"\(number(x + 1))\" y=\"\(number(170 - height))\" "
        + "width=\"\(number(width - 2))\" height=\"\(number(max(height, 1)))\"><title>probability \(range): "
        + "\(grouped(bin.count)) predictions, on average \(fixed(bin.confidence, 3)), right \(fixed(bin.accuracy, 3))</title></rect>"
    }
    text += "<path class=\"ideal\" d=\"M52 170L352 10\"/>"
    text += "<text x=\"52\" y=\"186\">0</text><text x=\"352\" y=\"186\" text-anchor=\"end\">1</text>"
    text += "<text x=\"202\" y=\"186\" text-anchor=\"middle\">probability of what is predicted</text></svg>"
    return text
      + "<p class=\"quiet\">Bars: the share that is right, the stronger the more predictions. On the line a model is as often "
      + "right as it is sure. Expected calibration error \(fixed(calibration.expectedError, 4)) over "
      + "\(grouped(calibration.count)) predictions.</p>"
  }
}
