import SluiceCore
import SluiceModels
import SluiceStorage
import SluiceText

/// The texts that go with an exported model: what a program needs to feed it and to read its answers.
///
/// `job` and `version` are words as they are. All others are JSON, so that quotes, line ends and zero bytes come through every
/// format.
struct ExportTexts: Sendable {
  /// By their names, in their order.
  private(set) var texts: [(key: String, value: String)]
  private let path: String

  /// - Parameter path: the file that is written, for errors.
  private init(job: String, for path: String) {
    texts = [("job", job), ("version", SluiceVersion.current)]
    self.path = path
  }

  private mutating func add(_ key: String, _ value: some Encodable) throws(StorageError) {
    // A text of JSON ends with a line feed.
    texts.append((key, String(try JSONFile.text(of: value, for: path).dropLast())))
  }

  /// The characters of an alphabet as one text: the first has the id 1, and so on.
  private mutating func add(_ alphabet: Alphabet) throws(StorageError) {
    var characters = String.UnicodeScalarView()
    characters.append(contentsOf: alphabet.scalars.compactMap(Unicode.Scalar.init))
    try add("alphabet", String(characters))
  }

  /// All of them as one object of JSON.
  var object: String {
    let members = texts.map { text in
      let isWord = ["job", "version"].contains(text.key)
      return isWord ? #""\#(text.key)": "\#(text.value)""# : #""\#(text.key)": \#(text.value)"#
    }
    return "{\n  \(members.joined(separator: ",\n  "))\n}\n"
  }

  /// The same by their keys.
  var dictionary: [CodePoints: String] {
    Dictionary(uniqueKeysWithValues: texts.map { (CodePoints($0.key), $0.value) })
  }
}

extension ExportTexts {
  /// - Parameter thresholds: the least probability with which each label is given; empty where a text has one label.
  init(
    _ description: ClassifierDescription, thresholds: [Float], for path: String
  ) throws(StorageError) {
    self.init(job: ClassifierDescription.jobName, for: path)
    try add("labels", description.labels)
    if !thresholds.isEmpty { try add("thresholds", thresholds) }
    try add(description.alphabet)
    if let rows = description.ngramRows { try add("ngram_rows", rows) }
    try add("settings", description.settings)
  }

  init(_ description: StemDescription, for path: String) throws(StorageError) {
    self.init(job: StemDescription.jobName, for: path)
    try add(description.alphabet)
    try add("words", description.words)
    if let grams = description.settings.grams {
      try add("ngram_rows", grams.rows)
      try add("ngram_hashes", grams.hashes)
    }
    try add("settings", description.settings)
  }

  init(_ description: LanguageModelDescription, for path: String) throws(StorageError) {
    self.init(job: LanguageModelDescription.jobName, for: path)
    try add("vocabulary", description.vocabulary)
    try add(description.spelling.alphabet)
    try add("longest_word", description.spelling.longest)
    try add("settings", description.settings)
  }
}
