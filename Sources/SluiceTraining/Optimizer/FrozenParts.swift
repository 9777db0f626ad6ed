import SluiceCore

/// Parts of a model that are not trained, by the names of their layers or parameters, such as `embedding` or `output.bias`.
package struct FrozenParts: Sendable {
  /// The names.
  let names: [String]

  package init(_ names: [String]) { self.names = names }

  /// Whether the parameter of this name is one of them or belongs to one of them. Allocates nothing.
  func holds(_ parameter: String) -> Bool {
    for name in names where Self.isPart(parameter.utf8, of: name.utf8) { return true }
    return false
  }

  private static func isPart(_ parameter: String.UTF8View, of name: String.UTF8View) -> Bool {
    var rest = parameter.makeIterator()
    for byte in name where rest.next() != byte { return false }
    let next = rest.next()
    return next == nil || next == UInt8(ascii: ".")
  }

  /// What is wrong with them as parts of a model: a name that is none of it, or nothing that is left to train. Nil for nothing.
  package func problem(_ parameters: borrowing Parameters) -> (expected: String, found: String)? {
    guard !names.isEmpty else { return nil }
    let known = parameters.handles.map { parameters[$0].name }
    for name in names where !known.contains(where: { FrozenParts([name]).holds($0) }) {
      var layers: [String] = []
      for parameter in known {
        let layer = parameter.split(separator: ".").first.map(String.init) ?? parameter
        if layer != parameter, !layers.contains(layer) { layers.append(layer) }
      }
      return (
        "one of the layers \(layers.joined(separator: ", ")), or of the parameters \(known.joined(separator: ", "))",
        ScreenText.quoted(name)
      )
    }
    guard known.contains(where: { !holds($0) }) else {
      return ("a part that is left to train", "all of them frozen")
    }
    return nil
  }
}

extension TrainingJob {
  /// What is wrong with the parts that the settings freeze, found before memory is taken for the model; nil for nothing.
  package func frozenProblem(_ engine: Engine) throws(ModelError) -> (expected: String, found: String)? {
    var parameters = Parameters(seed: settings.seed, engine: engine)
    _ = try makeModel(in: &parameters)
    return FrozenParts(settings.optimizer.frozen ?? []).problem(parameters)
  }
}
