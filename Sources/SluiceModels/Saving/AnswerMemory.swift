import SluiceCore

/// The tape of a model in use: made for the first answer, and again for one that needs more room.
struct AnswerMemory: ~Copyable {
  private var tape: Tape?
  private var capacity = 0

  init() {}

  /// Makes room for an answer of at most so many floats.
  mutating func prepare(for parameters: borrowing Parameters, capacity wanted: Int) {
    guard tape == nil || wanted > capacity else { return }
    // Room for longer texts at once: they come one by one.
    capacity = max(2 * wanted, 1 << 16)
    var made = Tape(for: parameters, capacity: capacity)
    made.mode = .evaluation
    tape = consume made
  }

  /// What `body` records, computed: a view that holds until the next answer.
  mutating func run(_ body: (inout Tape) -> Tensor) -> Floats {
    tape!.reset()
    let result = body(&tape!)
    return tape!.values(of: result)
  }
}
