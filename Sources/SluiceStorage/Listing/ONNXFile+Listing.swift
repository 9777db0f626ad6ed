import SluiceCore

extension ONNXFile {
  /// Gives `line` who wrote the model, its texts, what goes in and comes out, its operators, and the number of its weights.
  public func list(_ line: (String) -> Void) {
    let sets = operatorSets.map { "\($0.domain.isEmpty ? "ai.onnx" : $0.domain) \($0.version)" }
    line(
      "ONNX of \(ListedText.name(producer.isEmpty ? "an unknown program" : producer)), operators of "
        + sets.map { ListedText.name($0) }.joined(separator: ", "))
    for text in metadata { line(ListedText.text(text.key, text.value)) }
    for (word, ports) in [("in", inputs), ("out", outputs)] {
      ListedText.table(
        ports.map { [$0.name, $0.type, $0.shape.map(ListedText.shape) ?? "any shape"] }
      ) { line("\(word)  \($0)") }
    }
    let counted = operators.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    line(
      "operators: "
        + counted.prefix(100).map { "\(ListedText.name($0.key)) \($0.value)" }.joined(separator: ", "))
    let elements = weights.elements < 9e15 ? "\(Int(weights.elements))" : "\(weights.elements)"
    line("tensors: \(weights.tensors), elements: \(elements)")
  }
}
