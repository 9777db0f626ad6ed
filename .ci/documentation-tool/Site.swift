import Foundation

/// Checks the built site: every page, place and picture that a page or the list at its side refers to is there, and every public symbol
/// has a page.
func checkSite(in root: Folder, of folder: Folder) throws -> Findings {
  let site = folder.folder("site")
  let data = site.folder("data")
  var findings = Findings()
  var links: [String: String] = [:]
  var anchors: [String: Set<String>] = [:]
  let files = data.files(endingIn: ".json")
  for file in files {
    let path = "/" + file.dropLast(".json".count)
    let page = try data.json(file)
    var found = References()
    found.chapters = References.chapters(of: page)
    found.collect(page)
    anchors[path] = found.anchors
    for link in found.links where links[link] == nil { links[link] = path }
  }
  var index = References()
  index.collect(try site.json("index/index.json"))
  for link in index.links where links[link] == nil { links[link] = "the list at the side" }

  for (link, page) in links.sorted(by: { $0.key < $1.key }) {
    let parts = link.split(separator: "#", maxSplits: 1).map(String.init)
    let path = (parts[0].removingPercentEncoding ?? parts[0])
    if path.hasPrefix("/documentation") || path.hasPrefix("/tutorials") {
      let target = path.lowercased()
      if anchors[target] == nil || !site.holds(target.dropFirst() + "/index.html") {
        findings.problems.append("\(page): there is no page \(path)")
      } else if parts.count > 1, anchors[target]?.contains(parts[1]) != true {
        findings.problems.append("\(page): \(path) has no place #\(parts[1])")
      }
    } else if !site.holds(String(path.dropFirst())) {
      findings.problems.append("\(page): there is no file \(path)")
    }
  }

  let symbols = try Symbols(folder.folder("graphs"))
  let pages = try SymbolPages(site).links
  for symbol in symbols.all {
    if pages[symbol.identifier] == nil { findings.problems.append("\(symbol.name) has no page") }
    if !symbol.isDocumented {
      findings.problems.append(
        "\(symbol.name) of Sources/\(symbol.file) says nothing of itself: it needs a comment of ///")
    }
  }
  let names = Set(symbols.all.map(\.name))
  let promised = try root.text("Documentation/PublicSurface.txt").split(separator: "\n")
  for line in promised {
    // A line is: module, kind, name, of which the last may hold spaces.
    let parts = line.split(separator: " ", maxSplits: 2)
    if parts.count < 3 || !names.contains(String(parts[2])) {
      findings.problems.append("promised in PublicSurface.txt, but not among the symbols: \(line)")
    }
  }
  findings.summary =
    "site: \(files.count) pages, \(links.count) links and pictures hold; all \(symbols.all.count) symbols have a page and a text, "
    + "and so have the \(promised.count) names of PublicSurface.txt"
  return findings
}

/// What a page of docc's refers to, and the places on it that can be referred to.
private struct References {
  var links: Set<String> = []
  var anchors: Set<String> = []
  /// The identifiers of chapters, which a tutorial's page names and nothing leads to.
  var chapters: Set<String> = []

  static func chapters(of page: Any) -> Set<String> {
    let hierarchy = (page as? [String: Any])?["hierarchy"] as? [String: Any]
    let modules = hierarchy?["modules"] as? [[String: Any]] ?? []
    return Set(modules.compactMap { $0["reference"] as? String })
  }

  mutating func collect(_ value: Any) {
    if let object = value as? [String: Any] {
      if let identifier = object["identifier"] as? String, chapters.contains(identifier) { return }
      for (key, value) in object {
        if let text = value as? String {
          if key == "anchor" {
            anchors.insert(text)
          } else if ["url", "path"].contains(key), text.hasPrefix("/") {
            links.insert(text)
          }
        } else {
          collect(value)
        }
      }
    } else if let list = value as? [Any] {
      for value in list { collect(value) }
    }
  }
}
