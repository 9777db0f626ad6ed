import Sluice

/// What `run.json` holds: all that is needed to load a classifier and to train it again.
struct ClassifierDescription: Codable, Equatable, Sendable {
  static let format = "sluice run 1"

  /// The version of this description's form.
  var format = Self.format
  var job = "classifier"
  var sluice = SluiceVersion.current
  /// The file the texts came from, or nil for the embedded programme guide.
  var data: String?
  var settings: ClassifierSettings
  /// The names of the labels by their ids.
  var labels: [String]
  /// The characters by their ids, from 1; id 0 stands for any other.
  var alphabet: Alphabet
  /// What the training ran on. None of it changes the model, but for the instruction set its last bits.
  var machine: MachineDescription
  /// The saved model's figures on the validation part, or nil before the first epoch has ended.
  var result: ClassifierResult?
}

/// What a training ran on.
struct MachineDescription: Codable, Equatable, Sendable {
  var instructionSet: String
  var threads: Int
}

/// How good a saved classifier is on its validation part.
struct ClassifierResult: Codable, Equatable, Sendable {
  var epoch: Int
  var loss: Double
  var accuracy: Double
  var macroF1: Double
}
