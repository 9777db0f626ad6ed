import SluiceCore

extension NPZFile {
  /// Gives `line` a line for each array: name, element type, shape; then for each other member its name and bytes.
  public func list(_ line: (String) -> Void) {
    var elements = 0.0
    let arrays = entries.filter { $0.type != nil }
    for array in arrays { elements += array.shape.reduce(1) { $0 * Double($1) } }
    ListedText.table(
      arrays.map { [$0.name, $0.type ?? "", ListedText.shape($0.shape.map(String.init))] }, line)
    for member in entries where member.type == nil {
      line("\(ListedText.name(member.name)): \(member.shape[0]) bytes")
    }
    line("arrays: \(arrays.count), elements: \(elements < 9e15 ? "\(Int(elements))" : "\(elements)")")
  }
}

extension NPYFile {
  /// Gives `line` the type and the shape of the array.
  public func list(_ line: (String) -> Void) {
    line("array  \(ListedText.name(type))  \(ListedText.shape(shape.map(String.init)))")
  }
}
