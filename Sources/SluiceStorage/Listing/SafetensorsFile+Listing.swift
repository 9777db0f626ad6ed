import SluiceCore

extension SafetensorsFile {
  /// Gives `line` the texts, then a line for each tensor: name, element type, shape.
  ///
  /// Names and texts come from the file and may hold anything: they are escaped, and cut where they are long.
  public func list(_ line: (String) -> Void) {
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { line(ListedText.text(key.text, value)) }
    var elements = 0.0
    for tensor in tensors { elements += Double(tensor.count) }
    ListedText.table(
      tensors.map { [$0.name, $0.type.rawValue, ListedText.shape($0.shape.map(String.init))] }, line)
    line("tensors: \(tensors.count), elements: \(total(near: elements))")
  }

  /// The elements of all tensors. Those of a type that is not known may be any number, so the sum may be beyond `Int`.
  private func total(near estimate: Double) -> String {
    guard estimate < 9e18 else { return "\(estimate)" }
    return "\(tensors.reduce(0) { $0 + $1.count })"
  }
}
