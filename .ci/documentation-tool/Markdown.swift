import Foundation

/// A page of Markdown: its lines, and which of them are code.
struct MarkdownPage {
  let lines: [Substring]
  /// For each line whether it is code, or a fence around code.
  let isCode: [Bool]
  /// The headings in their order, without their signs.
  let headings: [String]

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var isInside = false
    var (code, headings): ([Bool], [String]) = ([], [])
    for line in lines {
      let isFence = line.drop { $0 == " " }.hasPrefix("```")
      code.append(isInside || isFence)
      if isFence { isInside.toggle() }
      if let last = code.last, !last, line.hasPrefix("#"), let space = line.firstIndex(of: " ") {
        headings.append(String(line[space...].dropFirst()))
      }
    }
    isCode = code
    self.headings = headings
  }

  /// The anchors that GitHub gives the headings, in their order.
  var anchors: [String] {
    var counts: [String: Int] = [:]
    return headings.map { heading in
      let kept = heading.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
      let anchor = kept.replacing(" ", with: "-")
      let count = counts[anchor, default: 0]
      counts[anchor] = count + 1
      return count == 0 ? anchor : "\(anchor)-\(count)"
    }
  }

  /// A link or picture on a line: where it stands, its text and its target.
  struct Link {
    let range: Range<Substring.Index>
    let isPicture: Bool
    let text: Substring
    let target: Substring
  }

  /// The links of a line that are not inside code.
  static func links(in line: Substring) -> [Link] {
    let code = line.ranges(of: /`[^`]*`/)
    return line.matches(of: /(!?)\[((?:[^\[\]]|`[^`]*`)*)\]\(([^()\s]+)\)/).compactMap { match in
      guard !code.contains(where: { $0.contains(match.range.lowerBound) }) else { return nil }
      return Link(
        range: match.range, isPicture: !match.1.isEmpty, text: match.2, target: match.3)
    }
  }
}

/// Checks the links between the Markdown files of the repository, their pictures, and the paths of files that they name.
func checkMarkdown(in root: Folder) throws -> Findings {
  let files =
    ["README.md"]
    + (try root.folder("Documentation").names.filter { $0.hasSuffix(".md") }).map { "Documentation/" + $0 }
  var pages: [String: MarkdownPage] = [:]
  for file in files { pages[file] = MarkdownPage(try root.text(file)) }
  var findings = Findings()
  var (links, paths) = (0, 0)
  for file in files {
    guard let page = pages[file] else { continue }
    let folder = file.contains("/") ? "Documentation/" : ""
    for (number, line) in page.lines.enumerated() where !page.isCode[number] {
      for link in MarkdownPage.links(in: line) where !link.target.contains("://") {
        links += 1
        let parts = link.target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let target = parts[0].isEmpty ? file : normalized(folder + parts[0])
        if !root.holds(target) {
          findings.problems.append("\(file):\(number + 1): there is no \(target)")
        } else if parts.count > 1, pages[target]?.anchors.contains(String(parts[1])) != true {
          findings.problems.append("\(file):\(number + 1): \(target) has no heading #\(parts[1])")
        }
      }
      for match in line.matches(of: /`((?:Sources|Tests|Benchmarks|Documentation|\.ci)\/[A-Za-z0-9_.\/+-]*)`/)
      {
        // What is built is there or not.
        guard !match.1.hasSuffix(".build") else { continue }
        paths += 1
        if !root.holds(String(match.1)) {
          findings.problems.append("\(file):\(number + 1): there is no \(match.1)")
        }
      }
    }
  }
  findings.summary = "Markdown: \(files.count) files, \(links) links and \(paths) paths hold"
  return findings
}

/// A path without `..`.
private func normalized(_ path: String) -> String {
  var parts: [Substring] = []
  for part in path.split(separator: "/") {
    if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
  }
  return parts.joined(separator: "/")
}
