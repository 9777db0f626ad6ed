/// Where the first number that is infinite or not a number was found.
public struct NonFinite: Equatable, Sendable, CustomStringConvertible {
  /// The operation or parameter, such as `gru` or `output.weight`.
  public let source: String
  /// Whether `source` names a parameter, which was then spoilt by an update before this step.
  public let isParameter: Bool
  /// The layer, or nil for an operation called outside of one.
  public let layer: String?
  /// The first element, counted row-major.
  public let element: Int
  public let value: Float

  public var description: String {
    let place = layer.map { " of layer '\($0)'" } ?? ""
    return isParameter
      ? "parameter '\(source)'\(place) is \(value) at element \(element) since an earlier update"
      : "operation '\(source)'\(place) gave \(value) at element \(element)"
  }
}

extension Tape {
  /// The first parameter or, in the order they ran, the first operation of this step with a value that is
  /// not finite, or nil if all are finite.
  ///
  /// An operation whose input was not finite either comes after the one that made it, so the first one
  /// found is where it began. Allocates; meant for after a step has failed.
  public func firstNonFinite() -> NonFinite? {
    for (i, row) in store.rows.enumerated() {
      if let element = Self.firstNonFinite(store.values(i)) {
        return NonFinite(
          source: row.name, isParameter: true, layer: store.name(of: row.layer), element: element,
          value: store.values(i)[element])
      }
    }
    for i in 0..<operations.count {
      let row = operations[i]
      let outputs = unsafe row.kind.tensors(UnsafeRawPointer(payloads.address + row.payload)).outputs
      for k in 0..<outputs.count {
        let values = values(of: outputs[k])
        if let element = Self.firstNonFinite(values) {
          return NonFinite(
            source: "\(row.kind.name)", isParameter: false, layer: store.name(of: row.layer),
            element: element, value: values[element])
        }
      }
    }
    return nil
  }

  private static func firstNonFinite(_ floats: Floats) -> Int? {
    (0..<floats.count).first { !floats[$0].isFinite }
  }
}
