import SluiceModels
import SluiceText

extension DataColumns {
  /// Throws for a separator that is no single character.
  func check(_ fields: SettingCheck) throws(SettingProblem) {
    guard let separator, separator.unicodeScalars.count != 1 else { return }
    throw fields.problem(
      "columns.separator", expected: "one character", found: "\(separator.unicodeScalars.count) of them")
  }
}
