import Sluice

/// A program: its commands and what `--version` says.
struct Program: Sendable {
  let root: Command
  let version: String

  /// Does what the arguments ask for, the name of the program left out, and returns the exit status:
  /// 0 when it was done, 1 when the work failed, 64 when the command line was wrong.
  ///
  /// Help and version go to `output`. A mistake goes to `error`: one line `error: …`, for a wrong
  /// command line followed by how to use the command.
  func run(_ arguments: [String], output: (String) -> Void, error: (String) -> Void) -> Int32 {
    let request: Request
    do {
      request = try Parser.parse(arguments, for: root)
    } catch let failure {
      return report(failure.error, path: failure.path, to: error)
    }
    switch request {
    case .help(let path, let note):
      output(Help(path: path).text)
      if let note { error(note) }
    case .version: output(version)
    case .generate(let path, let arguments):
      do throws(UsageError) {
        output(try GeneralOptions.text(arguments, root: root, version: version))
      } catch let mistake {
        return report(mistake, path: path, to: error)
      }
    case .run(let path, let arguments):
      do {
        try path[path.count - 1].run?(arguments)
      } catch let status as ExitStatus {
        return status.code
      } catch let mistake as UsageError {
        return report(mistake, path: path, to: error)
      } catch let failure {
        error("error: " + ScreenText.line("\(failure)"))
        return ExitStatus.failure.code
      }
    }
    return ExitStatus.success.code
  }

  private func report(_ mistake: UsageError, path: [Command], to error: (String) -> Void) -> Int32 {
    error("error: \(ScreenText.line("\(mistake)"))\n\(Help(path: path).hint)")
    return ExitStatus.usage.code
  }
}
