import SluiceCore
import SluiceModels
import SluiceStorage
import SluiceText

/// The texts that go with an exported model: what a program needs to feed it and to read its answers.
///
/// Each is JSON, so that quotes, line ends and zero bytes come through every format.
struct ExportTexts: Sendable {
  /// By their names, in their order.
  private(set) var texts: [(key: String, value: String)] = []

  /// - Parameters:
  ///   - path: the file that is written, for errors.
  init(job: String, for path: String) throws(StorageError) {
    try add("job", job, path)
    try add("version", SluiceVersion.current, path)
  }

  mutating func add(_ key: String, _ value: some Encodable, _ path: String) throws(StorageError) {
    let text = try JSONFile.text(of: value, for: path)
    // Every text of JSON ends with a line feed.
    texts.append((key, String(text.dropLast())))
  }

  /// The characters of an alphabet as one text: the first has the id 1, and so on.
  mutating func add(_ alphabet: Alphabet, _ path: String) throws(StorageError) {
    var characters = String.UnicodeScalarView()
    characters.append(contentsOf: alphabet.scalars.compactMap(Unicode.Scalar.init))
    try add("alphabet", String(characters), path)
  }

  /// The same by their keys.
  var dictionary: [CodePoints: String] {
    Dictionary(uniqueKeysWithValues: texts.map { (CodePoints($0.key), $0.value) })
  }
}

extension ExportTexts {
  init(_ description: ClassifierDescription, for path: String) throws(StorageError) {
    try self.init(job: ClassifierDescription.jobName, for: path)
    try add("labels", description.labels, path)
    try add(description.alphabet, path)
    try add("settings", description.settings, path)
  }

  init(_ description: StemDescription, for path: String) throws(StorageError) {
    try self.init(job: StemDescription.jobName, for: path)
    try add(description.alphabet, path)
    try add("words", description.words, path)
    try add("settings", description.settings, path)
  }

  init(_ description: LanguageModelDescription, for path: String) throws(StorageError) {
    try self.init(job: LanguageModelDescription.jobName, for: path)
    try add("vocabulary", description.vocabulary, path)
    try add(description.spelling.alphabet, path)
    try add("longest_word", description.spelling.longest, path)
    try add("settings", description.settings, path)
  }
}
