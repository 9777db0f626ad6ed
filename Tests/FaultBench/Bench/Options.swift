/// What the bench is asked to do.
struct Options {
  var halves = Half.allCases
  var seeds = 3
  var filter = ""
  var isVaried = false
  var runsFaults = true
  var runsHealthy = true
  var lists = false
  var repairs = false
  var isVerbose = false
  var printsTable = false
  var checksHarm = false

  static let usage = """
    usage: fault-bench [--half tune|held|all] [--seeds N] [--filter TEXT] [--faults] [--healthy] [--list]
                       [--repair] [--verbose] [--table] [--harm] [--varied]

    Trains small models with a fault each, and healthy ones, and says what the diagnosis makes of them: misses first, totals last.

      --half      faults of the kinds that the rules may be tuned on, of those kept aside, or all (all)
      --seeds     runs of each fault and of each healthy training (3)
      --filter    only faults and healthy trainings with this text in their names
      --faults    faults only; --healthy healthy trainings only
      --list      the names, with the expected answers, without running anything
      --repair    follow each first finding's remedy to the letter, and say what came of it
      --verbose   all findings of all runs
      --table     the totals and a table of the faults for the documentation
      --varied    each training in another form with every seed: of other widths, depths, batches, rates
      --harm      only what the faults do to their trainings, and how well the healthy ones learn: what does no harm is no fault
    """

  struct Misuse: Error { let message: String }

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    func value(of flag: String) throws -> String {
      guard let next = rest.popFirst() else { throw Misuse(message: "\(flag) needs a value") }
      return next
    }
    while let flag = rest.popFirst() {
      switch flag {
      case "--half":
        let text = try value(of: flag)
        guard text == "all" || Half(rawValue: text) != nil else {
          throw Misuse(message: "--half: expected tune, held or all, got '\(text)'")
        }
        halves = Half(rawValue: text).map { [$0] } ?? Half.allCases
      case "--seeds":
        let text = try value(of: flag)
        guard let number = Int(text), (1...100).contains(number) else {
          throw Misuse(message: "--seeds: expected a number from 1 to 100, got '\(text)'")
        }
        seeds = number
      case "--filter": filter = try value(of: flag)
      case "--faults": runsHealthy = false
      case "--healthy": runsFaults = false
      case "--list": lists = true
      case "--repair": repairs = true
      case "--verbose": isVerbose = true
      case "--table": printsTable = true
      case "--harm": checksHarm = true
      case "--varied": isVaried = true
      case "--help", "-h": throw Misuse(message: "")
      default: throw Misuse(message: "unknown option '\(flag)'")
      }
    }
  }

  var firstSeed: UInt64 { isVaried ? Setup.firstVaried : 1 }
  var faults: [Fault] {
    runsFaults
      ? Fault.all.filter { halves.contains($0.kind.half) && (filter.isEmpty || $0.name.contains(filter)) }
      : []
  }
  var healthy: [Healthy] {
    runsHealthy ? Healthy.all.filter { filter.isEmpty || $0.name.contains(filter) } : []
  }
}
