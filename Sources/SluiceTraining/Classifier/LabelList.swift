import SluiceCore

/// Labels in a message: the first of many, and the one that a wrong one is most like.
enum LabelList {
  /// The labels that are shown.
  private static let limit = 12

  /// The labels in quotation marks, and which of them was meant, if one is near.
  static func text(_ labels: [String], nearest wrong: String) -> String {
    let shown = labels.prefix(limit).map { ScreenText.quoted($0, limit: 40) }.joined(separator: ", ")
    let more = labels.count > limit ? " and \(labels.count - limit) more" : ""
    let near = labels.map { (distance($0, wrong), $0) }.min { $0.0 < $1.0 }
    guard let near, near.0 <= max(wrong.count / 3, 1) else { return shown + more }
    return "\(shown)\(more) (did you mean \(ScreenText.quoted(near.1, limit: 40))?)"
  }

  /// The letters to change, put in or leave out, whatever their case (Levenshtein 1966).
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.lowercased().prefix(80)), Array(b.lowercased().prefix(80)))
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let least = min(row[j] + 1, row[j + 1] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = least
      }
    }
    return row[b.count]
  }
}
