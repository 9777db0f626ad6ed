import SluiceCore

/// Values that can be coded, kept as JSON files.
public enum JSONFile {
  /// Writes `value` as JSON for people to read: indented, keys sorted, hence the same bytes for the same
  /// value. The file appears whole or not at all (see `AtomicFile`).
  ///
  /// Throws `unsupported`, with the place in the value, for a number that JSON cannot hold (NaN, infinity).
  public static func write<Value: Encodable>(_ value: Value, to path: String) throws(StorageError) {
    try AtomicFile.write(encode(value, for: path), to: path)
  }

  /// The contents that `write` gives the file at `path`: to know that a value can be written before something
  /// else is.
  public static func encode<Value: Encodable>(
    _ value: Value, for path: String
  ) throws(StorageError) -> [UInt8] {
    try encode(value, for: path, forPeople: true)
  }

  /// The same, without indentation and line breaks if it is not for people to read, and as it is stored beside numbers of a precision.
  static func encode<Value: Encodable>(
    _ value: Value, for path: String, forPeople: Bool, beside precision: StoredPrecision = .float32
  ) throws(StorageError) -> [UInt8] {
    let tree: CodedJSON
    do {
      tree = try JSONTreeEncoder.tree(of: value, .refused, beside: precision)
    } catch EncodingError.invalidValue(let value, let context) {
      throw StorageError(
        .unsupported, path: path, expected: "a value for \(place(context.codingPath)) that JSON can hold",
        found: quoted("\(value)"))
    } catch {
      throw StorageError(
        .unsupported, path: path, expected: "a value that JSON can hold", found: "one that it cannot")
    }
    var bytes: [UInt8] = []
    tree.append(to: &bytes, indentation: forPeople ? 0 : nil)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// The names of the members that a value encodes, to know that they do not get in the way of others; nil for a value that is
  /// no object.
  package static func memberNames<Value: Encodable>(of value: Value) -> [String]? {
    guard let bytes = try? encode(value, for: "", forPeople: false) else { return nil }
    return try? JSONMembers(parsing: bytes).members.map(\.key)
  }

  /// Reads a value back. Keys that the type does not know are ignored.
  ///
  /// Throws `damaged` for what is no JSON or lacks a key, `mismatch` for a value of another kind; the error
  /// names the place, such as `model.units`. Files beyond 64 MiB are refused.
  ///
  /// - Parameter keys: the keys of the outermost object that are read, nil for all. What the others hold is checked to be
  ///   JSON and not kept.
  /// - Complexity: time and memory in proportion to the file; with a few keys, memory for the file and them.
  public static func read<Value: Decodable>(
    _ type: Value.Type, from path: String, keys: Set<String>? = nil
  ) throws(StorageError) -> Value {
    try decode(type, from: contents(of: path), path: path, keys: keys)
  }

  /// The text that stands for a value in the file at `path`, in one line.
  package static func text(of value: some Encodable, for path: String) throws(StorageError) -> String {
    String(decoding: try encode(value, for: path, forPeople: false), as: UTF8.self)
  }

  /// Reads a value from a text in the file at `path`.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, text: String, path: String
  ) throws(StorageError) -> Value {
    try decode(type, from: Array(text.utf8), path: path)
  }

  /// Reads a value from the contents of the file at `path`.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], path: String, keys: Set<String>? = nil
  ) throws(StorageError) -> Value {
    let coded: CodedJSON
    do {
      coded = try CodedJSON(parsing: bytes, keys: keys)
    } catch {
      throw .damaged(path, expected: "JSON: \(error.expected) at byte \(error.offset)", found: error.found)
    }
    do {
      return try JSONTreeDecoder.value(type, of: coded, .refused)
    } catch DecodingError.keyNotFound(let key, let context) {
      throw .damaged(path, expected: "a value for \(place(context.codingPath + [key]))", found: "none")
    } catch DecodingError.valueNotFound(let wanted, let context) {
      throw .damaged(
        path, expected: "\(JSONKind.expected(of: wanted)) for \(place(context.codingPath))", found: "null")
    } catch DecodingError.typeMismatch(let wanted, let context) {
      throw StorageError(
        .mismatch, path: path,
        expected: "\(JSONKind.expected(of: wanted)) for \(place(context.codingPath))",
        found: JSONKind.found(at: context.codingPath, in: tree(bytes)))
    } catch DecodingError.dataCorrupted(let context) {
      throw misfit(context, in: tree(bytes), path)
    } catch {
      throw StorageError(
        .mismatch, path: path, expected: "a description of the kind that was asked for",
        found: "one of another kind")
    }
  }

  /// The values of a text that is JSON, to say what stands where something else was expected.
  private static func tree(_ bytes: [UInt8]) -> JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }

  /// The error for a value of the right kind that is none of those allowed. What the standard library says of it names types of the
  /// program; what the project's own types say is for people.
  private static func misfit(
    _ context: DecodingError.Context, in tree: JSONValue, _ path: String
  ) -> StorageError {
    let said = context.debugDescription
    let place = place(context.codingPath)
    var error = StorageError(.mismatch, path: path, expected: "", found: "")
    if said == JSONTreeDecoder.doesNotFit {
      error.expected = "a number of another size, or a whole one, for \(place)"
      error.found = JSONKind.found(at: context.codingPath, in: tree)
    } else if said.hasPrefix("Cannot initialize") {
      error.expected = "a value that this program knows for \(place)"
      error.found = JSONKind.found(at: context.codingPath, in: tree)
    } else {
      error.expected = "a fitting value for \(place)"
      error.found = quoted(said)
    }
    return error
  }

  /// The bytes of the file at `path`, of which there may be 64 MiB.
  package static func contents(of path: String) throws(StorageError) -> [UInt8] {
    let limit = 64 << 20
    let file = try File.reading(path)
    let size = try file.size()
    guard size <= limit else {
      throw StorageError(
        .unsupported, path: path, expected: "JSON of at most \(limit) bytes", found: "\(size)",
        advice: "Check that this is the right file.")
    }
    return try file.bytes(at: 0, count: size)
  }

  /// The path of keys, such as `layers[2].name`.
  private static func place(_ keys: [any CodingKey]) -> String {
    var text = ""
    for key in keys {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return text.isEmpty ? "the whole file" : quoted(text)
  }
}
