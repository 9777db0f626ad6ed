import Sluice

/// What the command line asks for.
struct Options {
  var filters: [String] = []
  var threads = Workers.processorCount
  var jsonPath: String?
  var seconds: Double?
  var isQuick = false
  var isList = false
  var isHelp = false
  var measuresPeaks = true
  /// How many texts of the program guide to print instead.
  var guideTexts: Int?

  static let help = """
    usage: sluice-benchmarks [options]

      --filter TEXT     only the benchmark named TEXT, or all whose names contain it; may be given several times
      --threads N       threads that work, the caller included (default: one a processor)
      --seconds S       seconds of samples for each benchmark (default: 1)
      --quick           run every step once, to see that it runs
      --no-peaks        do not measure the machine's peaks (and spare their time and memory)
      --json FILE       also write the results to FILE
      --list            print the names and stop
      --guide-texts N   print the first N texts that a classifier without --data trains on, for its peers, and stop
      --help            print this and stop

    Build with `-c release`; figures of a debug build mean nothing.
    """

  /// - Throws: what is wrong with the arguments, in one line.
  init(_ arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    while let flag = rest.popFirst() {
      func value() throws(UsageError) -> String {
        guard let value = rest.popFirst() else { throw UsageError(message: "\(flag) needs a value.") }
        return value
      }
      switch flag {
      case "--filter": filters.append(try value())
      case "--json": jsonPath = try value()
      case "--quick": isQuick = true
      case "--list": isList = true
      case "--help", "-h": isHelp = true
      case "--no-peaks": measuresPeaks = false
      case "--threads":
        let text = try value()
        guard let count = Int(text), (1...1024).contains(count) else {
          throw UsageError(message: "--threads needs a whole number from 1 to 1024, not '\(text)'.")
        }
        threads = count
      case "--guide-texts":
        let text = try value()
        guard let count = Int(text), (1...1_000_000).contains(count) else {
          throw UsageError(message: "--guide-texts needs a whole number from 1 to 1000000, not '\(text)'.")
        }
        guideTexts = count
      case "--seconds":
        let text = try value()
        guard let number = Double(text), number > 0, number <= 3600 else {
          throw UsageError(message: "--seconds needs a number above 0 and up to 3600, not '\(text)'.")
        }
        seconds = number
      default: throw UsageError(message: "Unknown option '\(flag)'; --help shows what there is.")
      }
    }
  }

  var effort: Effort {
    if isQuick { return .quick }
    return Effort(seconds: seconds ?? 1)
  }
}

struct UsageError: Error {
  let message: String
}
