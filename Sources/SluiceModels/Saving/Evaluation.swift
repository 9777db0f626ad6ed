import SluiceCore
import SluiceText

extension SavedClassifier {
  /// Precision, recall and F1 of each label on the texts of a file, whose labels the model has to know.
  ///
  /// - Parameters:
  ///   - columns: how the file is laid out; by default what its name says, else lines `label<TAB>text`.
  ///   - lineLimit: the most characters of a line; nil for as many as in training.
  public mutating func evaluate(
    readingFile path: String, columns: DataColumns = DataColumns(), lineLimit: Int? = nil
  ) throws(DataError) -> ClassificationReport {
    let texts = try LabeledTexts(
      readingFile: path, columns: columns, labels: description.labels,
      lineLimit: lineLimit ?? description.settings.lineLimit, multilabel: isMultilabel)
    return evaluate(LabeledSequences(texts, alphabet: description.alphabet))
  }

  /// The same on texts at hand, encoded with the model's alphabet and labels.
  public mutating func evaluate(_ sequences: LabeledSequences) -> ClassificationReport {
    if isMultilabel { return evaluateSets(sequences) }
    var report = ClassificationReport(labelNames: description.labels)
    probabilities(of: sequences) { i, probabilities in
      report.add(expected: sequences.labels[i], predicted: Int32(probabilities.indexOfMaximum))
    }
    return report
  }
}

extension SavedClassifier {
  /// The same where a text has any number of labels; one label counts as a set of its own.
  private mutating func evaluateSets(_ sequences: LabeledSequences) -> ClassificationReport {
    var report = ClassificationReport(labelNames: description.labels, ofSets: true)
    let thresholds = thresholdLogits
    var given: [Int32] = []
    logits(of: sequences) { i, logits, _ in
      given.removeAll(keepingCapacity: true)
      for k in 0..<logits.count where logits[k] >= thresholds[k] { given.append(Int32(k)) }
      report.add(expected: sequences.labelIDs(i), predicted: given[...])
    }
    return report
  }
}

/// How often a word that shares a stem is found, beside what spelling alone finds.
public struct StemEvaluation: Sendable {
  /// By the model's vectors.
  public let trained: Recall
  /// By the longest common prefix.
  public let prefix: Recall
  /// By common character trigrams.
  public let trigram: Recall
  /// The words that were looked at.
  public let count: Int
  /// What is to be said of words with characters that training never met.
  public let notes: [String]

  /// All of it in lines.
  public var text: String {
    """
    on \(grouped(trained.queries)) of \(grouped(count)) words, whose stems have another word:
      trained                \(trained.text)
      longest common prefix  \(prefix.text)
      character trigrams     \(trigram.text)
    """
  }
}

extension SavedStems {
  /// How often the nearest word of a file shares a stem: by default one of lines `word<TAB>stem`, where its name says no other.
  public func evaluate(
    readingFile path: String, columns: DataColumns = DataColumns(), lineLimit: Int? = nil
  ) throws(DataError) -> StemEvaluation {
    let words = try WordStems(
      readingFile: path, columns: columns, lineLimit: lineLimit ?? description.settings.lineLimit)
    let nothing = Recall(queries: 0, at1: 0, at5: 0)
    return StemEvaluation(
      trained: vectors(of: words.words).recall(words, engine) ?? nothing,
      prefix: WordSearch.prefixRecall(words) ?? nothing, trigram: WordSearch.trigramRecall(words) ?? nothing,
      count: words.count, notes: UnknownCharacters(words.words, description.alphabet).notes)
  }
}

/// How well a language model predicts a text.
public struct LanguageModelEvaluation: Sendable {
  /// Loss, perplexity and bits of a character.
  public let figures: LanguageModelFigures
  /// The words, ends of sentences included.
  public let count: Int
  /// Those outside of the vocabulary.
  public let unseen: Int

  /// All of it in lines.
  public var text: String {
    "\(grouped(count)) words, ends of sentences included, \(grouped(unseen)) of them outside the "
      + "vocabulary and predicted as \(WordCorpus.unknown)\n\(figures.text)"
  }
}

extension SavedLanguageModel {
  /// The perplexity of a text in UTF-8, read as one stream.
  ///
  /// - Throws: `DataError` for a file that cannot be read or holds no word.
  public func evaluate(
    readingFile path: String, columns: DataColumns = DataColumns(), lineLimit: Int? = nil
  ) throws(DataError) -> LanguageModelEvaluation {
    let corpus = WordCorpus(
      vocabulary: description.vocabulary,
      test: try WordCorpus.lines(
        ofFile: path, columns: columns, lineLimit: lineLimit ?? description.settings.lineLimit))
    guard corpus.test.count > 1 else {
      throw DataError(path: path, expected: "a line with a word", got: "none")
    }
    return LanguageModelEvaluation(
      figures: LanguageModelFigures(
        loss: loss(corpus, corpus.test) ?? .nan, charactersPerWord: corpus.charactersPerWord(corpus.test)),
      count: corpus.test.count, unseen: corpus.test.count { Int($0) >= corpus.vocabularyCount })
  }
}
