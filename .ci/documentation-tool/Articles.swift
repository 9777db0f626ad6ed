import Foundation

/// A guide of the repository as an article of the site: links go to other articles, pictures to the catalogue's, and code that stands in
/// two columns does so there, too.
struct Article {
  let text: String

  /// - Parameter guides: all guides by their names.
  init(_ name: String, _ guides: [String: MarkdownPage]) {
    guard let page = guides[name] else {
      text = ""
      return
    }
    var lines: [String] = []
    for (number, line) in page.lines.enumerated() {
      if page.isCode[number] {
        lines.append(String(line))
      } else if line.hasPrefix("#") {
        // docc shows the signs of code in headings.
        lines.append(String(line).replacing("`", with: ""))
      } else {
        lines.append(Self.linked(line, on: name, guides))
      }
    }
    text = Self.columns(lines).joined(separator: "\n")
  }

  private static func linked(_ line: Substring, on name: String, _ guides: [String: MarkdownPage]) -> String {
    var line = line
    for link in MarkdownPage.links(in: line).reversed() where !link.target.contains("://") {
      let parts = link.target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let target = parts[0].isEmpty ? name : String(parts[0])
      let replacement: String
      if link.isPicture {
        replacement = "![\(link.text)](\((target as NSString).lastPathComponent))"
      } else if let page = guides[target] {
        var place = "doc:" + target.dropLast(".md".count)
        if parts.count > 1, let i = page.anchors.firstIndex(of: String(parts[1])) {
          place += "#" + page.headings[i].replacing("`", with: "").replacing(" ", with: "-")
        }
        replacement = "[\(link.text)](\(place))"
      } else if target.hasSuffix("README.md") {
        replacement = "[\(link.text)](doc:/documentation/Sluice)"
      } else {
        // What the site does not have is named.
        replacement = "`Documentation/\(target)`"
      }
      line.replaceSubrange(link.range, with: replacement)
    }
    return String(line)
  }

  /// A table of two cells with code in each becomes a row of two columns.
  private static func columns(_ lines: [String]) -> [String] {
    lines.flatMap { line -> [String] in
      switch line {
      case "<table>": return ["@Row {"]
      case _ where line.hasPrefix("<tr><th>"): return []
      case _ where line.hasPrefix("<tr><td"): return ["@Column {"]
      case _ where line.hasPrefix("</td><td"): return ["}", "@Column {"]
      case "</td></tr>": return ["}"]
      case "</table>": return ["}"]
      default: return [line]
      }
    }
  }
}
