import SluiceCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The state of a value that can be coded, as JSON whose numbers read back to the bit; a number that is not finite is a text.
enum CodableState {
  static func write(_ value: some Encodable, to state: inout StateWriter) {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    state.write(bytes: (try? Array(encoder.encode(value))) ?? [])
  }

  static func read<Value: Decodable>(
    _ type: Value.Type, from state: inout StateReader
  ) throws(StateError) -> Value {
    let bytes = try state.readBytes()
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode(type, from: Data(bytes))
    } catch {
      throw StateError(expected: "figures of this job", found: "others")
    }
  }
}

/// Bytes as letters, for a text of a file's header.
enum Base64 {
  static func text(of bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
  static func bytes(of text: String) -> [UInt8]? { Data(base64Encoded: text).map { Array($0) } }
}

/// By default what can be coded is what is saved.
extension Checkpointed where Self: Codable {
  public func write(to state: inout StateWriter) { CodableState.write(self, to: &state) }

  public mutating func restore(from state: inout StateReader) throws(StateError) {
    self = try CodableState.read(Self.self, from: &state)
  }
}
