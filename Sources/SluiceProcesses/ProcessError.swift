/// What went wrong between processes: which one found it, in which call, and what was expected.
public struct ProcessError: Error, Equatable, CustomStringConvertible {
  /// The process that found it, counted from 0; nil where there was none yet.
  public let rank: Int?
  /// What was called, such as `MPI_Irecv`, or what was checked.
  public let call: String
  /// What was expected and what came, with what to do about it.
  public let problem: String
  /// Whether another process tells it, so that it is told once.
  public let isToldElsewhere: Bool

  package init(rank: Int?, _ call: String, _ problem: String, isToldElsewhere: Bool = false) {
    self.rank = rank
    self.call = call
    self.problem = problem
    self.isToldElsewhere = isToldElsewhere
  }

  /// All of it in one line.
  public var description: String {
    (rank.map { "process \($0), " } ?? "") + "\(call): \(problem)"
  }
}
