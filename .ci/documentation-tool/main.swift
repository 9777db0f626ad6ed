import Foundation

// What .ci/documentation cannot say in a line of shell: see there.

let arguments = Array(CommandLine.arguments.dropFirst())
let usage = "expected links ROOT, or complete, prepare, check or prove with ROOT FOLDER"
guard arguments.count >= 2 else { fail(usage) }
let root = Folder(arguments[1])

switch (arguments[0], arguments.count) {
case ("links", 2): report(try checkMarkdown(in: root))
case ("complete", 3): try completeGraph(in: Folder(arguments[2]))
case ("prepare", 3): try prepareCatalogue(in: root, of: Folder(arguments[2]))
case ("check", 3): report(try checkSite(in: root, of: Folder(arguments[2])))
case ("prove", 3): try prove(in: root, of: Folder(arguments[2]))
default: fail(usage)
}

/// What a check found.
struct Findings {
  /// What was looked at, in a line.
  var summary = ""
  var problems: [String] = []
}

/// Prints what was found, and ends the program where something is wrong.
func report(_ findings: Findings) {
  for problem in findings.problems.prefix(40) { print(problem) }
  if findings.problems.count > 40 { print("and \(findings.problems.count - 40) more") }
  guard findings.problems.isEmpty else { fail("\(findings.problems.count) problems") }
  print(findings.summary)
}

/// Ends the program.
func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("documentation: \(message)\n".utf8))
  exit(1)
}
