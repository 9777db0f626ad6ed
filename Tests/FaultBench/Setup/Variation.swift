/// Other forms of the same trainings: a rule that holds only for one width, depth, batch or rate is none.
extension Setup {
  /// Seeds from here on are those of trainings in another form.
  static let firstVaried: UInt64 = 1_001

  /// Draws another width, depth, batch, rate and more by the seed.
  mutating func vary() {
    guard seed >= Self.firstVaried else { return }
    var draw = Draw(seed, 0x7A21)
    func pick<Value>(_ values: [Value]) -> Value { values[draw.below(values.count)] }
    net.units = max(net.units * pick([2, 2, 3, 4, 6]) / 2, 8)
    if model == .perceptron || model == .regression { net.depth += pick([0, 0, 1, 2]) }
    if model == .perceptron, net.activation == .relu { net.activation = pick([.relu, .relu, .gelu, .tanh]) }
    let factor = pick([1, 1, 2, 3])
    data.batch = data.batch * factor / 2 == 0 ? 1 : data.batch * factor / 2 * (factor == 1 ? 2 : 1)
    optimizer.rate *= pick([0.5, 1, 1, 1.5])
    if optimizer.rule == .adam { optimizer.rule = pick([.adam, .adam, .adamW, .amsgrad]) }
    if case .none = optimizer.clipping { optimizer.clipping = pick([.none, .none, .norm(2)]) }
    watch.saysChance = pick([true, true, false])
  }
}
