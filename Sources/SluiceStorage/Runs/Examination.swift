import SluiceCore

/// What a saved model does with its validation part, example by example: what a report shows beside the figures of the log. Each
/// part is empty where a job has nothing to say of it.
///
/// ```swift
/// var examination = Examination()
/// examination.neighbors = [.init(word: "gardner", near: [.init(word: "gardener", cosine: 0.97)])]
/// ```
public struct Examination: Codable, Equatable, Sendable {
  /// How often a label occurs, how often it was given, and how often rightly.
  public struct Label: Codable, Equatable, Sendable {
    /// The label.
    public var name: String
    /// The examples that have the label.
    public var count: Int
    /// The examples that were given it.
    public var predicted: Int
    /// Those of both.
    public var correct: Int

    /// The counts of a label.
    public init(name: String, count: Int, predicted: Int, correct: Int) {
      self.name = name
      self.count = count
      self.predicted = predicted
      self.correct = correct
    }
  }

  /// How often one label was taken for another.
  public struct Confusion: Codable, Equatable, Sendable {
    /// Its own label.
    public var label: String
    /// The label that it was given.
    public var predicted: String
    /// How often.
    public var count: Int

    /// The count of a pair of labels.
    public init(label: String, predicted: String, count: Int) {
      self.label = label
      self.predicted = predicted
      self.count = count
    }
  }

  /// One example and what became of it.
  public struct Example: Codable, Equatable, Sendable {
    /// The text as it was given, cut to 400 characters.
    public var text: String
    /// Its own label.
    public var label: String
    /// The label that it was given.
    public var predicted: String
    /// The probability of what was predicted, from 0 to 1.
    public var probability: Double
    /// The probability of the example's own label.
    public var labelProbability: Double

    /// An example and its probabilities.
    public init(text: String, label: String, predicted: String, probability: Double, labelProbability: Double)
    {
      self.text = text
      self.label = label
      self.predicted = predicted
      self.probability = probability
      self.labelProbability = labelProbability
    }
  }

  /// A word and those nearest to it, the nearest first.
  public struct Neighbors: Codable, Equatable, Sendable {
    /// A word near to another.
    public struct Near: Codable, Equatable, Sendable {
      /// The word.
      public var word: String
      /// The cosine of both vectors, from -1 to 1.
      public var cosine: Double
      /// Whether it belongs to the other one; nil where nobody knows.
      public var isRelated: Bool?

      /// A word near to another.
      public init(word: String, cosine: Double, isRelated: Bool? = nil) {
        self.word = word
        self.cosine = cosine
        self.isRelated = isRelated
      }
    }

    /// The word.
    public var word: String
    /// The words nearest to it, the nearest first.
    public var near: [Near]

    /// A word and those near to it.
    public init(word: String, near: [Near]) {
      self.word = word
      self.near = near
    }
  }

  /// What is to be known of the model that was looked at, in a sentence without its stop; nil for nothing.
  public var note: String?
  /// Whether examples have any number of labels: then none is taken for another, and an example's labels stand in one text. Nil for one label each.
  public var isOfSets: Bool?
  /// The labels, or as many of them as are kept, those with the most examples.
  public var labels: [Label] = []
  /// How many labels are not kept.
  public var labelsLeftOut = 0
  /// Pairs of labels that were confused, the most frequent first.
  public var confusions: [Confusion] = []
  /// How many further pairs were confused.
  public var confusionsLeftOut = 0
  /// How the probability of what was predicted fits how often it is right.
  public var calibration: Calibration?
  /// Examples with another label than was predicted, the least probable label first.
  public var mostWrong: [Example] = []
  /// Examples whose two likeliest labels are the nearest to each other, the nearest first.
  public var leastSure: [Example] = []
  /// What is near to some words.
  public var neighbors: [Neighbors] = []

  /// One without any part.
  public init() {}

  /// Whether all counts are ones that can be counted: of a file that somebody has edited, sums must not overflow.
  var hasSoundCounts: Bool {
    var counts = [labelsLeftOut, confusionsLeftOut]
    for label in labels { counts += [label.count, label.predicted, label.correct] }
    for pair in confusions { counts.append(pair.count) }
    for bin in calibration?.bins ?? [] { counts += [bin.count, bin.correct] }
    return counts.allSatisfy { $0 >= 0 && $0 <= Int(Int32.max) }
  }
}

/// How sure a model is and how often it is right, in bins of equal width of the probability that it gives to what it predicts.
///
/// The expected calibration error is Σ (count / all) · |right / count − mean probability| over the bins (Naeini, Cooper and
/// Hauskrecht 2015).
public struct Calibration: Codable, Equatable, Sendable {
  /// The predictions of one range of probabilities.
  public struct Bin: Codable, Equatable, Sendable {
    /// The predictions.
    public var count = 0
    /// Those that are right.
    public var correct = 0
    /// The sum of their probabilities.
    public var probabilities = 0.0

    /// The mean probability; 0 for none.
    public var confidence: Double { count == 0 ? 0 : probabilities / Double(count) }
    /// The share of right ones; 0 for none.
    public var accuracy: Double { count == 0 ? 0 : Double(correct) / Double(count) }
  }

  /// The bins, by rising probability.
  public private(set) var bins: [Bin]

  /// Bins of equal width from 0 to 1, without a prediction yet.
  ///
  /// - Precondition: there is at least one.
  public init(bins count: Int = 10) {
    require(count > 0, "There must be at least one bin.")
    bins = Array(repeating: Bin(), count: count)
  }

  /// Counts a prediction; one whose probability is no number from 0 to 1 is left out.
  public mutating func add(probability: Double, isRight: Bool) {
    guard probability >= 0, probability <= 1 else { return }
    let bin = min(Int(probability * Double(bins.count)), bins.count - 1)
    bins[bin].count += 1
    bins[bin].probabilities += probability
    if isRight { bins[bin].correct += 1 }
  }

  /// All predictions.
  public var count: Int { bins.reduce(0) { $0 + $1.count } }

  /// The expected calibration error, from 0 to 1; 0 without predictions.
  public var expectedError: Double {
    let all = Double(max(count, 1))
    return bins.reduce(0) { $0 + Double($1.count) / all * abs($1.accuracy - $1.confidence) }
  }
}

/// The file of an examination: with the checksum of the model that was examined, so that it counts for no other.
private struct ExaminationFile: Codable {
  var format = RunDirectory.examinationFormat
  var model: String?
  var examination: Examination
}

extension RunDirectory {
  /// The form of `examination.json`, as this version writes it.
  static let examinationFormat = "sluice examination 1"

  /// What the model that is in place does with its validation part; nil where it was not examined, or what is there is of another
  /// model or cannot be read.
  public func examination() -> Examination? {
    guard let file = try? JSONFile.read(ExaminationFile.self, from: file(Self.examinationName)),
      file.format == Self.examinationFormat, file.examination.hasSoundCounts, let model = file.model,
      model == modelChecksum
    else { return nil }
    return file.examination
  }

  /// Whether the file at `path` is an examination.
  static func isOurExamination(_ path: String) -> Bool { hasFormat("sluice examination ", path) }
}

extension RunWriter {
  /// Writes what the saved model does with its validation part.
  public func writeExamination(_ examination: Examination) throws(StorageError) {
    try JSONFile.write(
      ExaminationFile(model: directory.modelChecksum, examination: examination),
      to: directory.file(RunDirectory.examinationName))
  }
}
