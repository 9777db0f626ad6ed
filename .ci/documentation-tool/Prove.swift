import Foundation

/// Breaks copies of what is checked, one thing at a time, and ends the program unless the check says so.
func prove(in root: Folder, of folder: Folder) throws {
  let copy = folder.folder("broken")
  try? FileManager.default.removeItem(atPath: copy.path)

  for name in ["README.md", "Documentation", "Sources", "Tests", "Benchmarks", ".ci"] {
    try root.copy(name, to: copy, as: name)
  }
  let guide = "Documentation/Losses.md"
  let text = try root.text(guide)
  for (name, addition) in [
    ("a link to a page that is not there", "\n[Loses](Loses.md)\n"),
    ("a link to a heading that is not there", "\n[Numerics](Numerics.md#no-such-heading)\n"),
    ("a picture that is not there", "\n![A bar](Images/bar.svg)\n"),
    ("a path that is not there", "\n`Tests/SluiceLayersTests/NoSuchTests.swift`\n"),
  ] {
    try copy.write(text + addition, to: guide)
    expect(name, try checkMarkdown(in: copy).problems.count == 1)
  }
  try copy.write(text, to: guide)
  expect("Markdown as it was", try checkMarkdown(in: copy).problems.isEmpty, isProblem: false)

  for name in ["site", "graphs"] { try folder.copy(name, to: copy, as: name) }
  expect("a site as it was", try checkSite(in: root, of: copy).problems.isEmpty, isProblem: false)
  let page = "site/data/documentation/sluice/tape.json"
  try FileManager.default.removeItem(atPath: copy.path + "/" + page)
  let problems = try checkSite(in: root, of: copy).problems
  expect("a symbol without a page", problems.contains("Tape has no page"))
  expect(
    "a link to that page", problems.contains { $0.hasSuffix("there is no page /documentation/sluice/tape") })
  try folder.copy(page, to: copy, as: page)
  try FileManager.default.removeItem(atPath: copy.path + "/site/images/sluice/classifier-flow.svg")
  expect("a picture of the site that is not there", try !checkSite(in: root, of: copy).problems.isEmpty)
  let graph = try folder.text("graphs/Sluice.symbols.json")
  if let comment = graph.range(of: "\"docComment\"") {
    try copy.write(
      graph.replacingCharacters(in: comment, with: "\"noComment\""), to: "graphs/Sluice.symbols.json")
  }
  let silent = try checkSite(in: root, of: copy).problems
  expect("a symbol without a text", silent.contains { $0.contains("says nothing of itself") })
  try FileManager.default.removeItem(atPath: copy.path)
}

private func expect(_ name: String, _ holds: Bool, isProblem: Bool = true) {
  guard holds else { fail(isProblem ? "not found: \(name)" : "taken for broken: \(name)") }
  print(isProblem ? "found: \(name)" : "passed: \(name)")
}
