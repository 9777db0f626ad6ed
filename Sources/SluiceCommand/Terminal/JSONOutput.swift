import Sluice

/// What commands print for other programs, with `--json`: one object in a line for each answer.
enum JSONOutput {
  static let flag = Flag("json", help: "Print JSON for other programs: an object in a line for each answer.")

  /// Prints the line that stands for a value.
  static func write(_ value: some Encodable) throws {
    Terminal.standardOutput.write(try JSONFile.text(of: value, for: "standard output"))
  }
}

/// What `sluice evaluate --json` prints of a classifier.
struct ClassifierFigures: Encodable {
  struct Label: Encodable {
    let label: String
    let precision, recall, f1: Double
    let count, predicted: Int
  }

  let examples: Int
  /// Of texts with one label.
  let accuracy: Double?
  let macroF1: Double
  /// Of texts with any number of labels.
  let microF1, subsetAccuracy: Double?
  let labels: [Label]

  init(_ report: ClassificationReport) {
    (examples, macroF1) = (report.count, report.macroF1)
    accuracy = report.isOfSets ? nil : report.accuracy
    (microF1, subsetAccuracy) = report.isOfSets ? (report.microF1, report.accuracy) : (nil, nil)
    labels = report.labels.map {
      Label(
        label: $0.name, precision: $0.precision, recall: $0.recall, f1: $0.f1, count: $0.count,
        predicted: $0.predicted)
    }
  }
}

/// What it prints of a model of stems.
struct StemFigures: Encodable {
  let words: Int
  let trained, longestCommonPrefix, characterTrigrams: Recall

  init(_ evaluation: StemEvaluation) {
    words = evaluation.count
    (trained, longestCommonPrefix, characterTrigrams) = (
      evaluation.trained, evaluation.prefix, evaluation.trigram
    )
  }
}

/// What it prints of a language model.
struct LanguageModelOutputFigures: Encodable {
  let words, unseen: Int
  let loss, perplexity, bitsPerCharacter: Double
  /// What simple methods reached on the parts of the training.
  let baselines: [Baseline]

  init(_ evaluation: LanguageModelEvaluation, baselines: [Baseline]) {
    self.baselines = baselines
    (words, unseen) = (evaluation.count, evaluation.unseen)
    let figures = evaluation.figures
    (loss, perplexity, bitsPerCharacter) = (figures.loss, figures.perplexity, figures.bitsPerCharacter)
  }
}

/// What `sluice nearest --json` prints of a word.
struct NearestWords: Encodable {
  struct Near: Encodable {
    let word: String
    let cosine: Float
  }

  let word: String
  let nearest: [Near]

  init(_ word: String, _ near: [NearWord]) {
    self.word = word
    nearest = near.map { Near(word: $0.word, cosine: $0.cosine) }
  }
}

/// What `sluice inspect --json` prints of a file.
struct FileContents: Encodable {
  struct Tensor: Encodable {
    let name, type: String
    let shape: [Int]
    let bytes: Int
  }

  let path: String
  let bytes: Int
  let metadata: [String: String]
  let tensors: [Tensor]

  init(_ file: SafetensorsFile) {
    (path, bytes) = (file.path, file.byteCount)
    metadata = Dictionary(file.metadata.map { ($0.key.text, $0.value) }) { first, _ in first }
    tensors = file.tensors.map {
      Tensor(name: $0.name, type: $0.type.rawValue, shape: $0.shape, bytes: $0.bytes.count)
    }
  }
}
