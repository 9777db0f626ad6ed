import SluiceCore

/// Labels in a message: the first of many, and the one that a wrong one is most like.
enum LabelList {
  /// The labels that are shown.
  private static let limit = 12

  /// The labels in quotation marks, and which of them was meant, if one is near.
  static func text(_ labels: [String], nearest wrong: String) -> String {
    let shown = labels.prefix(limit).map { ScreenText.quoted($0, limit: 40) }.joined(separator: ", ")
    let more = labels.count > limit ? " and \(labels.count - limit) more" : ""
    let near = labels.map { (editDistance(letters($0), letters(wrong)), $0) }.min { $0.0 < $1.0 }
    guard let near, near.0 <= max(wrong.count / 3, 1) else { return shown + more }
    return "\(shown)\(more) (did you mean \(ScreenText.quoted(near.1, limit: 40))?)"
  }

  /// What is compared: whatever their case, and not much of a long one.
  private static func letters(_ text: String) -> [Character] { Array(text.lowercased().prefix(80)) }
}
