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
    entries.append(Entry(purpose: purpose, bytes: count * MemoryLayout<Float>.stride))
  }

  /// The bytes of all entries.
  public var bytes: Int { entries.reduce(0) { $0 + $1.bytes } }

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
