import Sluice

/// What the `run.json` of a classifier holds.
struct ClassifierDescription: RunDescription {
  static let jobName = "classifier"

  /// The version of this description's form.
  var format = RunHeader.currentFormat
  var job = Self.jobName
  var sluice = SluiceVersion.current
  /// The file the texts came from, or nil for the embedded programme guide.
  var data: String?
  var settings: ClassifierSettings
  /// The names of the labels by their ids.
  var labels: [String]
  /// The characters by their ids, from 1; id 0 stands for any other.
  var alphabet: Alphabet
  var machine: MachineDescription
  /// The saved model's figures on the validation part, or nil before the first epoch has ended.
  var result: ClassifierResult?
}

/// How good a saved classifier is on its validation part.
struct ClassifierResult: Codable, Equatable, Sendable {
  var epoch: Int
  var loss: Double
  var accuracy: Double
  var macroF1: Double
}
