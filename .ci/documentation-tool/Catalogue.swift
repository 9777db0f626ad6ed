import Foundation

/// Writes the catalogue that docc reads: that of the repository, with the guides as articles, their pictures, the symbols of each topic
/// and the code of the tutorials.
func prepareCatalogue(in root: Folder, of folder: Folder) throws {
  let documentation = root.folder("Documentation")
  let source = documentation.folder("Sluice.docc")
  let target = folder.folder("Sluice.docc")
  let topics = try Topics(source, Symbols(folder.folder("graphs")), SymbolPages(folder.folder("symbols")))
  for file in source.files() where !["Pieces.txt", "site.css"].contains(file) {
    if file.hasSuffix(".md") {
      try target.write(topics.filled(source.text(file), file), to: file)
    } else {
      try source.copy(file, to: target, as: file)
    }
  }
  let names = try documentation.names.filter { $0.hasSuffix(".md") }
  var guides: [String: MarkdownPage] = [:]
  for name in names { guides[name] = MarkdownPage(try documentation.text(name)) }
  for name in names { try target.write(Article(name, guides).text, to: "Guides/" + name) }
  for picture in documentation.folder("Images").files(endingIn: ".svg") {
    let name = (picture as NSString).lastPathComponent
    try documentation.folder("Images").copy(picture, to: target, as: "Resources/" + name)
  }
  try writePieces(listedIn: source.text("Pieces.txt"), root, to: target.folder("Resources"))
}

/// Writes the pieces of tests that the tutorials show. A line of the list is: file of the tutorial, test, names of the pieces, parted by
/// semicolons.
private func writePieces(listedIn list: String, _ root: Folder, to target: Folder) throws {
  for line in list.split(separator: "\n") where !line.hasPrefix("#") {
    let parts = line.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
    guard parts.count >= 3 else { fail("Pieces.txt: expected FILE; TEST; PIECE; …, got \(line)") }
    let source = try root.text(parts[1]).components(separatedBy: "\n")
    var lines = ["import Sluice"]
    for name in parts[2...] {
      lines.append("")
      var indentation: Int?
      var isInside = false
      for line in source {
        let words = line.trimmingCharacters(in: .whitespaces)
        if words == "// BEGIN \(name)" {
          indentation = line.prefix { $0 == " " }.count
          isInside = true
        } else if words == "// END \(name)" {
          isInside = false
        } else if isInside {
          // A test runs in a folder of its own; a reader does not.
          lines.append(String(line.dropFirst(indentation ?? 0)).replacing("folder + \"/", with: "\""))
        }
      }
      guard indentation != nil else { fail("Pieces.txt: \(parts[1]) has no piece '\(name)'") }
    }
    try target.write(lines.joined(separator: "\n") + "\n", to: parts[0])
  }
}

/// Which page lists which symbols. A line `- symbols: SluiceLayers/Losses` of a page stands for those that the folder or file declares,
/// unless another line names a part of it.
private struct Topics {
  private var places: [String] = []
  private var links: [String: [String]] = [:]

  init(_ source: Folder, _ symbols: Symbols, _ pages: SymbolPages) throws {
    for file in source.files(endingIn: ".md") {
      for line in try source.text(file).split(separator: "\n") {
        if let place = Self.place(line) { places.append(place) }
      }
    }
    if let twice = places.first(where: { place in places.count { $0 == place } > 1 }) {
      fail("two lines of Documentation/Sluice.docc list \(twice)")
    }
    for symbol in symbols.all where symbol.isTopLevel {
      let fitting = places.filter { symbol.file == $0 || symbol.file.hasPrefix($0 + "/") }
      guard let place = fitting.max(by: { $0.count < $1.count }) else {
        fail(
          "no page of Documentation/Sluice.docc lists \(symbol.name) of Sources/\(symbol.file): add a line "
            + "'- symbols: \((symbol.file as NSString).deletingLastPathComponent)' to one")
      }
      guard let link = pages.links[symbol.identifier] else { fail("docc made no page of \(symbol.name)") }
      links[place, default: []].append(link)
    }
  }

  private static func place(_ line: Substring) -> String? {
    line.wholeMatch(of: /- symbols: (\S+)/).map { String($0.1) }
  }

  /// A page with its symbols.
  func filled(_ text: String, _ file: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
      guard let place = Self.place(line) else { return [String(line)] }
      guard let found = links[place] else {
        fail("Documentation/Sluice.docc/\(file): \(place) declares nothing public")
      }
      return found.sorted { ($0.lowercased(), $0) < ($1.lowercased(), $1) }.map { "- ``\($0)``" }
    }.joined(separator: "\n")
  }
}
