import Sluice

/// The texts of a classifier, divided and encoded.
struct ClassifierData: Sendable {
  let labelNames: [String]
  let alphabet: Alphabet
  let training: LabelledSequences
  let validation: LabelledSequences
  /// Class balance and lengths of all texts.
  let statistics: TextStatistics

  /// Reads the file at `path`, or generates the embedded programme guide if there is none.
  init(path: String?, _ settings: ClassifierSettings) throws(DataError) {
    let texts =
      if let path {
        try LabelledTexts(readingFile: path, lineLimit: settings.lineLimit)
      } else {
        ProgrammeGuide(seed: settings.seed).texts(settings.embeddedExamples)
      }
    let parts = texts.split(validationShare: settings.validationShare, seed: settings.seed)
    labelNames = texts.labelNames
    alphabet = Alphabet(of: parts.training)
    training = LabelledSequences(parts.training, alphabet: alphabet)
    validation = LabelledSequences(parts.validation, alphabet: alphabet)
    statistics = TextStatistics(texts)
  }

  /// How often each label occurs in the training part.
  var labelCounts: [Int] {
    var counts = Array(repeating: 0, count: labelNames.count)
    for label in training.labels { counts[Int(label)] += 1 }
    return counts
  }

  /// The most that a batch of `size` texts of either part can hold.
  func bound(of size: Int) -> BatchBound {
    training.largestBatch(of: size).combined(with: validation.largestBatch(of: size))
  }
}
