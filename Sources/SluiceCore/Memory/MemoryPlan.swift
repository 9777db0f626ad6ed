/// How much memory a model will take, by purpose, before its first step.
public struct MemoryPlan: Sendable {
  /// One line of the plan.
  public struct Entry: Sendable, Equatable {
    /// What the memory is for, such as `parameter values`.
    public let purpose: String
    /// The memory in bytes, four for each float.
    public let bytes: Int
  }

  /// The lines in the order they were added; a purpose may come twice.
  public private(set) var entries: [Entry] = []

  /// A plan without entries.
  public init() {}

  /// The plan of the columns that every model has: values, and gradients of the dense parameters.
  public init(for parameters: borrowing Parameters) {
    let dense = parameters.denseCount
    add("parameter values", floats: dense + parameters.store.tableCount)
    add("gradients of dense parameters", floats: dense)
  }

  /// Adds `count` floats for a purpose.
  public mutating func add(_ purpose: String, floats count: Int) {
    // What is too much for an Int is too much for any machine.
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    entries.append(Entry(purpose: purpose, bytes: overflow ? .max : bytes))
  }

  /// Throws where the plan is more than this process can come to hold, so that a training ends before it has begun and not
  /// when the system ends it. Says what was planned and what bounds it.
  ///
  /// - Parameters:
  ///   - memory: what can be taken; nothing is checked where the system does not say.
  ///   - advice: what makes the plan smaller, to follow "try": `a smaller --batch`.
  public func check(
    against memory: MachineMemory? = .current, advice: String
  ) throws(ModelError) {
    guard let memory, bytes > memory.available else { return }
    let parts = entries.sorted { $0.bytes > $1.bytes }.prefix(3).filter { $0.bytes > 0 }
      .map { "\(Self.readable($0.bytes)) of \($0.purpose)" }.joined(separator: ", ")
    throw ModelError(
      "Planning the memory",
      expected: "at most \(Self.readable(memory.available)), bounded by \(memory.bound)",
      got: "a plan of \(Self.readable(bytes)) (\(parts)); try \(advice)")
  }

  /// The bytes of all entries.
  public var bytes: Int {
    entries.reduce(0) {
      let (sum, overflow) = $0.addingReportingOverflow($1.bytes)
      return overflow ? .max : sum
    }
  }

  /// One line for each entry and one for the sum, with aligned figures.
  public var table: String {
    let lines = entries + [Entry(purpose: "together", bytes: bytes)]
    let width = lines.map(\.purpose.count).max() ?? 0
    return lines.map { line in
      line.purpose + String(repeating: " ", count: width - line.purpose.count + 2)
        + Self.readable(line.bytes)
    }.joined(separator: "\n")
  }

  /// A byte count with a unit of 1024 and one decimal, such as `12.5 MiB`.
  public static func readable(_ bytes: Int) -> String {
    var value = Double(bytes)
    var units = ["B", "KiB", "MiB", "GiB", "TiB"][...]
    while value >= 1024, units.count > 1 {
      value /= 1024
      units = units.dropFirst()
    }
    let tenths = Int((value * 10).rounded())
    return units.first == "B" ? "\(bytes) B" : "\(tenths / 10).\(tenths % 10) \(units.first ?? "")"
  }
}
