import SluiceCore

/// What a run says of itself: the job's description as it was saved last, with where it stands.
///
/// A save puts the description into the model's file and, for people to read and edit, into `run.json`, together with the checksum of
/// the model. As long as both belong together `run.json` counts. After a kill between the two the one in the model does: that
/// is always the description of these weights.
public struct StoredDescription: Sendable {
  /// The file that the description was read from, for messages about it.
  public let path: String
  /// The text, a JSON object.
  let text: [UInt8]
  let members: JSONMembers

  init(path: String, text: [UInt8]) throws(StorageError) {
    self.path = path
    self.text = text
    do {
      members = try JSONMembers(parsing: text)
    } catch {
      throw .damaged(path, expected: "JSON: \(error.expected) at byte \(error.offset)", found: error.found)
    }
  }

  /// Reads a value of the whole description; keys that the type does not know are ignored. Errors are those of `JSONFile.read`.
  ///
  /// - Parameter keys: the members that are read, nil for all.
  public func read<Value: Decodable>(
    _ type: Value.Type, keys: Set<String>? = nil
  ) throws(StorageError) -> Value {
    try JSONFile.decode(type, from: text, path: path, keys: keys)
  }

  /// One member as it stands there, whatever the job is; nil where there is none.
  public func value(_ key: String) -> JSONValue? { members.value(key) }
}

extension RunDirectory {
  /// The text of a model's `__metadata__` that holds the description of its run.
  static let descriptionKey: CodePoints = "sluice.description"
  /// The member of `run.json` that holds the checksum of its model.
  static let modelKey = "model"
  /// The member that holds the fingerprint of the data.
  static let fingerprintKey = "dataFingerprint"

  /// Saves a model and its description as one: the description goes into the model's file, whose rename is the commit, and then
  /// into `run.json`. A description that cannot be written is found before anything is replaced.
  ///
  /// The model's file depends on the arguments alone, so the same training gives the same bytes.
  ///
  /// - Parameters:
  ///   - tensors: the parameters.
  ///   - precision: how their numbers are stored.
  ///   - description: what is needed to load and to repeat the run. It has to encode as an object, in which storage adds the members
  ///     `model` and `dataFingerprint`; the type need not know them.
  ///   - omitted: members of the description that differ between machines, threads or times. They stand in `run.json` only, so the
  ///     type has to be decodable without them.
  ///   - metadata: other texts for the model's file.
  ///   - dataFingerprint: what tells the data of the run from others, or nil.
  /// - Returns: the checksum of the model.
  @discardableResult
  public func save(
    _ tensors: [NamedTensor], description: some Encodable, omitting omitted: Set<String> = [],
    metadata: [CodePoints: String] = [:], dataFingerprint: String? = nil,
    precision: StoredPrecision = .float32
  ) throws(StorageError) -> String {
    let save = try PreparedSave(
      tensors, description: description, omitting: omitted, metadata: metadata,
      dataFingerprint: dataFingerprint, precision: precision, in: self)
    try save.model.write(to: model)
    try AtomicFile.write(save.configuration, to: configuration)
    return save.checksum
  }

  /// The description of the model that is in place: that of `run.json` if it belongs to the model, else the one inside the model.
  ///
  /// Runs of earlier versions have neither a checksum nor a description in the model: of those `run.json` counts.
  ///
  /// - Parameter file: the model, if it has been opened: so its weights are read from the same file, even if another save replaces
  ///   it meanwhile.
  /// - Throws: `StorageError` where neither can be read, or where `run.json` names another model and this one says nothing of itself.
  /// - Complexity: in proportion to `run.json` and to the header of the model; the weights are not read.
  public func storedDescription(of file: SafetensorsFile? = nil) throws(StorageError) -> StoredDescription {
    guard let file else { return try storedDescription(of: SafetensorsFile(path: model)) }
    let inside = file.checksum == nil ? nil : file.metadata[Self.descriptionKey]
    func insideModel(_ text: String) throws(StorageError) -> StoredDescription {
      try StoredDescription(path: model, text: Array(text.utf8))
    }
    if let inside, try Folder.occupant(of: configuration) == .nothing { return try insideModel(inside) }
    let stored = try StoredDescription(path: configuration, text: JSONFile.contents(of: configuration))
    let named = stored.members.value(Self.modelKey)?.string
    if named == file.checksum { return stored }
    if let inside { return try insideModel(inside) }
    guard let named else { return stored }
    throw StorageError(
      .mismatch, path: model,
      expected: "the model that run.json describes, with the checksum \(quoted(named))",
      found: file.checksum.map { "one with \(quoted($0))" } ?? "one without a checksum",
      advice: "The model was replaced or damaged: put the right one back, or train again.")
  }

  /// Reads the description that `storedDescription()` chooses as a value of `type`.
  public func readDescription<Value: Decodable>(_ type: Value.Type) throws(StorageError) -> Value {
    try storedDescription().read(type)
  }

  /// What tells the data of the run from others; nil where the run does not say.
  package var dataFingerprint: String? {
    (try? storedDescription())?.members.value(Self.fingerprintKey)?.string
  }

  /// The checksum of the model that is in place; nil where there is none, or none that can be read.
  var modelChecksum: String? { (try? SafetensorsFile(path: model))?.checksum }
}

/// A model and its description, ready to be written: what can be found wrong with them has been.
struct PreparedSave {
  let model: SafetensorsFile.Contents
  let configuration: [UInt8]
  /// The checksum of the model.
  let checksum: String

  init(
    _ tensors: [NamedTensor], description: some Encodable, omitting omitted: Set<String>,
    metadata: [CodePoints: String], dataFingerprint: String?, precision: StoredPrecision,
    in directory: RunDirectory
  ) throws(StorageError) {
    let metadata = try Self.metadata(
      metadata, description: description, omitting: omitted, dataFingerprint: dataFingerprint,
      precision: precision, in: directory)
    model = try SafetensorsFile.Contents(
      tensors, metadata: metadata, precision: precision, withChecksum: true, path: directory.model)
    checksum = model.checksum ?? ""
    configuration = try Self.configuration(
      description, model: checksum, dataFingerprint: dataFingerprint, precision: precision, in: directory)
  }

  /// The texts of the model's file: those given, and the description.
  private static func metadata(
    _ metadata: [CodePoints: String], description: some Encodable, omitting omitted: Set<String>,
    dataFingerprint: String?, precision: StoredPrecision, in directory: RunDirectory
  ) throws(StorageError) -> [CodePoints: String] {
    var added: [String: String] = [:]
    if let dataFingerprint { added[RunDirectory.fingerprintKey] = dataFingerprint }
    let text = try JSONFile.encode(
      Extended(value: description, added: added), for: directory.configuration, forPeople: false,
      beside: precision)
    var metadata = metadata
    do {
      metadata[RunDirectory.descriptionKey] = String(
        decoding: try JSONMembers(parsing: text).text(without: omitted.union([RunDirectory.modelKey])),
        as: UTF8.self)
    } catch {
      throw StorageError(
        .unsupported, path: directory.configuration, expected: "a description that is an object",
        found: error.found)
    }
    return metadata
  }

  /// The bytes of the model's file that a save of tensors of these shapes would write.
  static func modelSize(
    ofShapes shapes: [(name: String, shape: [Int])], description: some Encodable,
    omitting omitted: Set<String>,
    metadata: [CodePoints: String], dataFingerprint: String?, precision: StoredPrecision,
    in directory: RunDirectory
  ) throws(StorageError) -> Int {
    try SafetensorsFile.Contents.size(
      ofShapes: shapes,
      metadata: Self.metadata(
        metadata, description: description, omitting: omitted, dataFingerprint: dataFingerprint,
        precision: precision, in: directory),
      precision: precision, path: directory.model)
  }

  /// What `run.json` holds: a description with the checksum of its model.
  static func configuration(
    _ description: some Encodable, model checksum: String, dataFingerprint: String?,
    precision: StoredPrecision, in directory: RunDirectory
  ) throws(StorageError) -> [UInt8] {
    var added = [RunDirectory.modelKey: checksum]
    if let dataFingerprint { added[RunDirectory.fingerprintKey] = dataFingerprint }
    return try JSONFile.encode(
      Extended(value: description, added: added), for: directory.configuration, forPeople: true,
      beside: precision)
  }
}

extension RunDirectory {
  /// The bytes of the model's file that a save of tensors of these shapes would write, found without their numbers.
  package static func modelSize(
    ofShapes shapes: [(name: String, shape: [Int])], description: some Encodable,
    omitting omitted: Set<String>,
    metadata: [CodePoints: String], dataFingerprint: String?, precision: StoredPrecision
  ) throws(StorageError) -> Int {
    try PreparedSave.modelSize(
      ofShapes: shapes, description: description, omitting: omitted, metadata: metadata,
      dataFingerprint: dataFingerprint, precision: precision, in: RunDirectory(path: "model"))
  }
}

/// An object with further members.
private struct Extended<Value: Encodable>: Encodable {
  let value: Value
  let added: [String: String]

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    try value.encode(to: encoder)
    guard !added.isEmpty else { return }
    var container = encoder.container(keyedBy: Key.self)
    for (key, text) in added { try container.encode(text, forKey: Key(stringValue: key)) }
  }
}
