import SluiceCore
import SluiceModels
import SluiceText

/// The counts of a corpus beside those that are known of the Penn Treebank in the form of Mikolov et al. 2010, on which word models
/// are compared. A training part with fewer tokens, for example, has lost its ends of sentences, and its
/// perplexities cannot be compared with any.
struct TreebankCounts: Sendable {
  struct Count: Equatable, Sendable {
    let name: String
    let found: Int
    let known: Int

    /// Whether it is within 2 % of the known one.
    var isClose: Bool { abs(found - known) * 50 <= known }
  }

  let counts: [Count]

  init(_ corpus: WordCorpus) {
    var counts = [
      Count(name: "lines to train on", found: corpus.sentenceCounts.training, known: 42_068),
      Count(name: "words to train on", found: corpus.training.count, known: 929_589),
      Count(name: "lines to validate on", found: corpus.sentenceCounts.validation, known: 3_370),
      Count(name: "words to validate on", found: corpus.validation.count, known: 73_760),
    ]
    if !corpus.test.isEmpty {
      counts.append(Count(name: "lines to test on", found: corpus.sentenceCounts.test, known: 3_761))
      counts.append(Count(name: "words to test on", found: corpus.test.count, known: 82_430))
    }
    counts.append(Count(name: "vocabulary", found: corpus.vocabularyCount, known: 10_000))
    self.counts = counts
  }

  /// Whether at least two of the counts are close to the known ones.
  var looksLikeTreebank: Bool { counts.count { $0.isClose } >= 2 }

  /// The parameters that a model of the paper has with the Treebank's vocabulary, or nil where none are known.
  ///
  /// Of the 51 characters of the paper one is the padding, whose vector is zero. It does not exist here, so 50 are the same.
  static func parameterCount(of configuration: LanguageModelConfiguration, characters: Int) -> Int? {
    switch configuration {
    case .charSmall: characters == 50 ? 5_312_515 - configuration.settings.model.embeddingWidth : 5_312_515
    case .wordSmall: 4_653_200
    default: nil
    }
  }

  /// A line for each count: what it is, what was found, what is known, and whether they are the same.
  func table(parameters: (known: Int, found: Int)?) -> String {
    var counts = counts
    if let parameters {
      counts.append(Count(name: "parameters", found: parameters.found, known: parameters.known))
    }
    let names = counts.map(\.name.count).max() ?? 0
    let figures = counts.map { grouped($0.found).count }.max() ?? 0
    return counts.map { count in
      let found = grouped(count.found)
      let gap = String(repeating: " ", count: names - count.name.count + figures - found.count + 2)
      return "  \(count.name)\(gap)\(found)  "
        + (count.found == count.known ? "matches" : "differs from \(grouped(count.known))")
    }.joined(separator: "\n")
  }
}
