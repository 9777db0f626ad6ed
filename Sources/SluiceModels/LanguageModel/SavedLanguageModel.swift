import SluiceCore
import SluiceLayers
import SluiceStorage
import SluiceText

/// A language model that a training has saved: vectors of words, perplexity of texts, and text that it makes up.
///
/// ```swift
/// var model = try SavedLanguageModel(run: "runs/language-model")
/// print(model.sample(prompt: "the sailor", words: 20))
/// ```
public struct SavedLanguageModel: ~Copyable {
  /// What was loaded.
  public let description: LanguageModelDescription
  /// The model itself.
  public let model: LanguageModel
  package let parameters: Parameters
  /// The vocabulary with its ids, made once.
  let corpus: WordCorpus
  /// The words to look among and their directions, made when they are first looked among.
  var known: (words: [String], directions: WordVectors)?

  /// The words that are read at a time where it is all the same how many.
  static let chunk = 256
  /// The characters of words whose vectors are made at a time, where these are several. One word may have more, up to the
  /// longest that the settings allow.
  static let characterChunk = 1 << 16

  /// Loads the model of a run's folder.
  ///
  /// - Throws: `StorageError` if the folder, `run.json` or the model cannot be read or do not fit each other.
  public init(run path: String, threads: Int = Workers.processorCount) throws(StorageError) {
    try self.init(run: path, engine: Engine(threads: threads))
  }

  /// The same on an engine that is shared.
  public init(run path: String, engine: Engine) throws(StorageError) {
    let directory = try RunDirectory.open(path)
    let description = try directory.description(LanguageModelDescription.self).withOwnEnd
    let saved = try SavedModel(directory, engine: engine, forUseAlone: true) {
      (parameters: inout Parameters) throws(ModelError) in
      try LanguageModel(
        characters: description.spelling.count, vocabulary: description.vocabulary.count,
        description.settings, in: &parameters)
    }
    self.init(saved.model, description, consume saved.parameters)
  }

  /// A model whose parameters are at hand.
  package init(
    _ model: LanguageModel, _ description: LanguageModelDescription, _ parameters: consuming Parameters
  ) {
    self.description = description
    self.model = model
    self.parameters = parameters
    corpus = WordCorpus(vocabulary: description.vocabulary, test: [])
  }

  /// What computes.
  var engine: Engine { parameters.engine }

  /// The columns of a word's vector.
  public var width: Int { model.width }

  /// Whether any spelling has a vector, or only the words of the vocabulary.
  public var readsCharacters: Bool { model.readsCharacters }

  /// Whether the vocabulary has a word that can be written.
  package var canWrite: Bool {
    let reserved = [WordCorpus.end, WordCorpus.unknown]
    return description.vocabulary.contains { !reserved.holds($0) }
  }

  /// Whether a word has a vector of its own: any has where words are read from their characters.
  package func knows(_ word: String) -> Bool { readsCharacters || description.vocabulary.holds(word) }

  /// The body's states after each of at most as many words as the tape has room for.
  func read(
    _ words: ArraySlice<String>, _ state: inout RecurrentState?, _ tape: inout Tape
  ) -> Tensor {
    let ids = words.map { corpus.form(of: $0) ?? corpus.unknownForm }
    let values = vectors(of: Array(words), ids, &tape)
    tape.reset()
    return model.body(
      tape.input(values, Shape(words.count, width)), tape.makeSequences(offsets: [0, Int32(words.count)]),
      from: state, to: &state, &tape)
  }

  /// The vectors of at most as many words as the tape has room for, by their spelling or by their ids in the vocabulary. What
  /// the tape held is gone.
  func vectors(of words: [String], _ ids: [Int32], _ tape: inout Tape) -> [Float] {
    guard readsCharacters else {
      tape.reset()
      return tape.array(model.vectors(LanguageModel.Words(ids: ids), &tape))
    }
    var result: [Float] = []
    var read = LanguageModel.Words()
    for word in words {
      let symbols = description.spelling.encode(word)
      if read.spelled.count > 0, read.spelled.values.count + symbols.count > Self.characterChunk {
        tape.reset()
        result += tape.array(model.vectors(read, &tape))
        read.spelled.removeAll()
      }
      read.spelled.append(symbols)
    }
    guard read.spelled.count > 0 else { return result }
    tape.reset()
    return result + tape.array(model.vectors(read, &tape))
  }

  /// A tape for a chunk, or for the window of a transformer. Its words' vectors are made one chunk of
  /// characters after the other, for which it may grow.
  func makeTape() -> Tape {
    let steps = model.body.window ?? Self.chunk
    let plan = Tape.plan(for: parameters, mode: .evaluation) { tape in
      var state = model.body.zeroState(sequences: 1)
      let x = tape.makeTensor(Shape(steps, width), requiresGradient: false)
      let states = model.body(
        x, tape.makeSequences(offsets: [0, Int32(steps)]), from: state, to: &state, &tape)
      return model.output.loss(states, labels: Array(repeating: 0, count: steps), &tape)
    }
    return Tape(for: parameters, plan: plan, mode: .evaluation)
  }
}
