import Foundation

/// The public symbols of the library.
struct Symbols {
  struct Symbol {
    /// What tells it from all others.
    let identifier: String
    /// The path of its name, such as `Tape.reset()`.
    let name: String
    let isTopLevel: Bool
    let isDocumented: Bool
    /// The file that declares it, from `Sources` on.
    let file: String
  }

  private(set) var all: [Symbol] = []

  /// - Parameter folder: where the symbol graphs are.
  init(_ folder: Folder) throws {
    for file in folder.files(endingIn: ".symbols.json") {
      let graph = try folder.json(file) as? [String: Any]
      for case let symbol as [String: Any] in graph?["symbols"] as? [Any] ?? [] {
        guard let identifier = (symbol["identifier"] as? [String: Any])?["precise"] as? String,
          let path = symbol["pathComponents"] as? [String],
          let kind = (symbol["kind"] as? [String: Any])?["identifier"] as? String, kind != "swift.extension"
        else { continue }
        let uri = (symbol["location"] as? [String: Any])?["uri"] as? String ?? ""
        all.append(
          Symbol(
            identifier: identifier, name: path.joined(separator: "."),
            isTopLevel: path.count == 1 && !file.contains("@"),
            isDocumented: symbol["docComment"] != nil,
            file: uri.components(separatedBy: "/Sources/").last ?? ""))
      }
    }
  }
}

/// The pages that docc has made of symbols.
struct SymbolPages {
  /// The last part of each page's link, by the symbol's identifier.
  private(set) var links: [String: String] = [:]

  /// - Parameter site: what docc has written.
  init(_ site: Folder) throws {
    let data = site.folder("data/documentation")
    for file in data.files(endingIn: ".json") {
      let page = try data.json(file) as? [String: Any]
      guard let metadata = page?["metadata"] as? [String: Any],
        let symbol = metadata["externalID"] as? String,
        let url = (page?["identifier"] as? [String: Any])?["url"] as? String
      else { continue }
      links[symbol] = url.components(separatedBy: "/").last?.removingPercentEncoding ?? ""
    }
  }
}

/// Adds what the toolchain leaves out of the graph of `Sluice`: names that begin with the module's and go on with `Version`. They are in the
/// graph of the module that declares them.
func completeGraph(in folder: Folder) throws {
  var known: Set<String> = []
  for symbol in try Symbols(folder.folder("graphs")).all { known.insert(symbol.identifier) }
  guard var graph = try folder.json("core/SluiceCore.symbols.json") as? [String: Any],
    let symbols = graph["symbols"] as? [[String: Any]], var module = graph["module"] as? [String: Any],
    let relationships = graph["relationships"] as? [[String: Any]]
  else { fail("no graph of SluiceCore") }
  func identifier(_ symbol: [String: Any]) -> String {
    (symbol["identifier"] as? [String: Any])?["precise"] as? String ?? ""
  }
  let missing = symbols.filter { !known.contains(identifier($0)) }
  let names = Set(missing.map(identifier))
  module["name"] = "Sluice"
  graph["module"] = module
  graph["symbols"] = missing
  graph["relationships"] = relationships.filter { names.contains($0["source"] as? String ?? "") }
  let data = try JSONSerialization.data(withJSONObject: graph)
  try data.write(to: URL(fileURLWithPath: folder.path + "/graphs/Sluice-Version.symbols.json"))
}
