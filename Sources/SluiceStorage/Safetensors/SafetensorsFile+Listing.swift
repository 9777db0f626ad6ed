import SluiceCore

extension SafetensorsFile {
  /// Names are padded to the longest, but no further: what is printed grows with the file, not with its longest name
  /// times the number of its tensors.
  private static let widestPadding = 60
  /// The characters shown of a name.
  private static let nameLimit = 200
  /// The characters shown of a text.
  private static let textLimit = 1_000
  /// The extents shown of a shape.
  private static let extentLimit = 16

  /// Gives `line` the texts, then a line for each tensor: name, element type, shape.
  ///
  /// Names and texts come from the file and may hold anything: they are escaped, and cut where they are long.
  public func list(_ line: (String) -> Void) {
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      line(
        ScreenText.cut(key.text, to: Self.nameLimit) + ": " + "\"" + ScreenText.cut(value, to: Self.textLimit)
          + "\"")
    }
    var width = 0
    for tensor in tensors {
      width = max(width, ScreenText.columns(of: ScreenText.cut(tensor.name, to: Self.nameLimit)))
    }
    width = min(width, Self.widestPadding)
    var elements = 0.0
    for tensor in tensors {
      let name = ScreenText.padded(ScreenText.cut(tensor.name, to: Self.nameLimit), to: width) + "  "
      line("\(name)\(ScreenText.cut(tensor.type.rawValue, to: Self.nameLimit))  \(Self.shape(of: tensor))")
      elements += Double(tensor.count)
    }
    line("tensors: \(tensors.count), elements: \(total(near: elements))")
  }

  private static func shape(of tensor: TensorEntry) -> String {
    guard tensor.shape.count > extentLimit else { return "\(tensor.shape)" }
    let first = tensor.shape.prefix(extentLimit).map(String.init).joined(separator: ", ")
    return "[\(first), … \(tensor.shape.count) extents]"
  }

  /// The elements of all tensors. Those of a type that is not known may be any number, so the sum may be beyond `Int`.
  private func total(near estimate: Double) -> String {
    guard estimate < 9e18 else { return "\(estimate)" }
    return "\(tensors.reduce(0) { $0 + $1.count })"
  }
}
