import SluiceCore
import SluiceStorage

/// The state of a value that can be coded, as JSON whose numbers read back to the bit; a number that is not finite is a text.
enum CodableState {
  static func write(_ value: some Encodable, to state: inout StateWriter) {
    state.write(bytes: JSONFile.stateBytes(of: value) ?? [])
  }

  static func read<Value: Decodable>(
    _ type: Value.Type, from state: inout StateReader
  ) throws(StateError) -> Value {
    guard let value = JSONFile.value(type, ofState: try state.readBytes()) else {
      throw StateError(expected: "figures of this job", found: "others")
    }
    return value
  }
}

/// By default what can be coded is what is saved.
extension Checkpointed where Self: Codable {
  public func write(to state: inout StateWriter) { CodableState.write(self, to: &state) }

  public mutating func restore(from state: inout StateReader) throws(StateError) {
    self = try CodableState.read(Self.self, from: &state)
  }
}
