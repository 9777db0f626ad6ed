import Sluice

/// Checks the fields of a run's `run.json`. The file may have been edited, and what no training can have written makes no model:
/// the first such field is an error that names it, with what was expected of it and what came.
struct FieldCheck {
  /// The file.
  let path: String

  /// What to do about a file that no training has written.
  static let advice = "The file was changed; train the model again."

  /// Throws unless the command line could give the value too.
  func value<Value>(
    _ value: Value, _ type: ArgumentType<Value>, _ field: String
  ) throws(StorageError) {
    let text = type.text(value)
    guard text.flatMap(type.parse) == nil else { return }
    throw error(
      field, expected: text.flatMap(type.explain) ?? type.expectation, found: text ?? "\(value)")
  }

  /// The same for a value that may be left out.
  func value<Value>(
    _ value: Value?, _ type: ArgumentType<Value>, _ field: String
  ) throws(StorageError) {
    if let value { try self.value(value, type, field) }
  }

  /// Throws for a list with less than so many elements.
  func count(_ count: Int, atLeast least: Int, _ field: String) throws(StorageError) {
    guard count < least else { return }
    throw error(field, expected: "at least \(least)", found: "\(count)")
  }

  /// Throws for the first text that is not `expected`.
  func each(
    _ texts: [String], _ field: String, expected: String, _ isExpected: (String) -> Bool
  ) throws(StorageError) {
    guard let i = texts.firstIndex(where: { !isExpected($0) }) else { return }
    throw error("\(field)[\(i)]", expected: expected, found: "\"\(ScreenText.cut(texts[i], to: 80))\"")
  }

  /// Throws for the first text that is listed a second time.
  func distinct(_ texts: [String], _ field: String) throws(StorageError) {
    var places: [String: Int] = [:]
    for (i, text) in texts.enumerated() {
      if let first = places.updateValue(i, forKey: text) {
        throw error(
          "\(field)[\(i)]", expected: "a text that is not listed before",
          found: "\"\(ScreenText.cut(text, to: 80))\" as in '\(field)[\(first)]'")
      }
    }
  }

  /// The settings of any optimizer.
  func optimizer(_ settings: OptimizerSettings) throws(StorageError) {
    try value(settings.learningRate, SettingTypes.learningRate, "settings.optimizer.learningRate")
    try value(settings.momentum, SettingTypes.momentum, "settings.optimizer.momentum")
    try value(settings.weightDecay, SettingTypes.weightDecay, "settings.optimizer.weightDecay")
    try value(settings.clipNorm, SettingTypes.clipNorm, "settings.optimizer.clipNorm")
    try value(settings.warmUpSteps, SettingTypes.warmUpSteps, "settings.optimizer.warmUpSteps")
    try value(settings.schedule, SettingTypes.schedule, "settings.optimizer.schedule")
  }

  /// The error for a field. What was found is cut when it is long.
  func error(_ field: String, expected: String, found: String) -> StorageError {
    return StorageError(
      .mismatch, path: path, expected: "\(expected) for '\(field)'", found: ScreenText.cut(found, to: 400),
      advice: Self.advice)
  }
}
