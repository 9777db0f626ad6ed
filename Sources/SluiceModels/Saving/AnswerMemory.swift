import SluiceCore

/// The tape of a model in use: made for what the first answer takes. It grows where a later one takes more.
struct AnswerMemory: ~Copyable {
  private var tape: Tape?

  init() {}

  /// What `body` records, computed: a view that holds until the next answer.
  mutating func run(for parameters: borrowing Parameters, _ body: (inout Tape) -> Tensor) -> Floats {
    if tape == nil {
      let plan = Tape.plan(for: parameters, mode: .evaluation, body)
      tape = Tape(for: parameters, plan: plan, mode: .evaluation)
    }
    tape!.reset()
    let result = body(&tape!)
    return tape!.values(of: result)
  }
}
