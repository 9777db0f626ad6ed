/// The built-in recurrent cells: what a layer computes at each time step.
///
/// x is the step's input, h the previous state, h' the new one, σ the logistic function and · the product of
/// elements. Weights have PyTorch's order of rows. There is one bias for each set of gates; PyTorch's two add up
/// to it.
///
/// The layer-normalized forms are named for what the literature calls them by, and mean this: the input's and
/// the state's share of all gates are normalized each by itself, before they are added,
///
///     LN_i(v) = gain_ih · (v − mean(v)) / √(variance(v) + 10⁻⁵)        LN_h with gain_hh likewise
///
/// where v is the whole vector of a cell's gates (Ba, Kiros and Hinton 2016, equation 20; the same form as in
/// the LSTM of their section 6). The bias takes the place of the offsets, of which one would be redundant.
public enum CellKind: Sendable, BitwiseCopyable, Hashable {
  /// The function of an Elman cell.
  public enum Activation: Sendable, BitwiseCopyable, Hashable {
    /// The hyperbolic tangent.
    case tanh
    /// max(0, x).
    case relu
  }

  /// Where a GRU applies its reset gate.
  public enum Reset: Sendable, BitwiseCopyable, Hashable {
    /// To the product of the state with the weights, as in cuDNN and PyTorch.
    case afterProduct
    /// To the state before the product, as in Cho et al. 2014.
    case beforeProduct
  }

  /// `h' = f(W_ih x + W_hh h + b)` (Elman 1990).
  case elman(Activation = .tanh)
  /// A gated recurrent unit (Cho et al. 2014). Rows of the weights: r, z, n.
  ///
  ///     r = σ(W_ir x + W_hr h + b_r)
  ///     z = σ(W_iz x + W_hz h + b_z)
  ///     n = tanh(W_in x + b_n + r · (W_hn h + b_hn))      reset after the product
  ///     n = tanh(W_in x + b_n + W_hn (r · h))             reset before the product
  ///     h' = (1 − z) · n + z · h
  ///
  /// With the reset after the product there is one more bias, `bias_hn`, inside the reset gate. `updateBias` is
  /// added to the initial bias of z: above zero the state is kept for longer in the beginning, which helps with
  /// long sequences, as a forget bias does in an LSTM.
  case gru(Reset = .afterProduct, updateBias: Float = 0)
  /// Long short-term memory (Hochreiter and Schmidhuber 1997, Gers et al. 2000), no peepholes. Rows: i, f, g, o.
  ///
  ///     i, f, o = σ(…)    g = tanh(…)    of  W_i x + W_h h + b
  ///     c' = f · c + i · g
  ///     h' = o · tanh(c')
  ///
  /// `forgetBias` is added to the initial bias of f (Jozefowicz et al. 2015 advise 1).
  case lstm(forgetBias: Float = 0)
  /// `h' = f(LN_i(W_ih x) + LN_h(W_hh h) + b)`.
  case layerNormElman(Activation = .tanh)
  /// The GRU with the reset after the product, of `LN_i(W_i x)` and `LN_h(W_h h)`:
  /// `n = tanh(LN_i(W_i x)_n + b_n + r · (LN_h(W_h h)_n + b_hn))`.
  case layerNormGRU(updateBias: Float = 0)
  /// The LSTM of `LN_i(W_i x) + LN_h(W_h h) + b`, with the cell state normalized on its way out:
  /// `h' = o · tanh(gain_c · normalized(c') + bias_c)`.
  case layerNormLSTM(forgetBias: Float = 0)

  /// The cell itself, whether normalized or not.
  package enum Family: Sendable, BitwiseCopyable {
    case elman, gru, lstm
  }

  package var family: Family {
    switch self {
    case .elman, .layerNormElman: .elman
    case .gru, .layerNormGRU: .gru
    case .lstm, .layerNormLSTM: .lstm
    }
  }

  package var isNormalized: Bool {
    switch self {
    case .elman, .gru, .lstm: false
    case .layerNormElman, .layerNormGRU, .layerNormLSTM: true
    }
  }

  package var isReLU: Bool { self == .elman(.relu) || self == .layerNormElman(.relu) }

  package var resetsBeforeProduct: Bool {
    if case .gru(.beforeProduct, _) = self { true } else { false }
  }

  /// Blocks of units rows in the weights.
  package var gates: Int {
    switch family {
    case .elman: 1
    case .gru: 3
    case .lstm: 4
    }
  }

  /// Blocks of units columns that a step keeps.
  var blocks: Int { family == .gru ? 4 : gates }

  /// Whether there is a bias inside the reset gate.
  var hasCandidateBias: Bool { family == .gru && !resetsBeforeProduct }

  /// Whether a sequence has a cell state besides its state.
  public var hasCell: Bool { family == .lstm }

  /// What is added to the initial bias of the gate that keeps the old state: z of a GRU, f of an LSTM. In both it
  /// is the second.
  var keepBias: Float {
    switch self {
    case .elman, .layerNormElman: 0
    case .gru(_, let bias), .layerNormGRU(let bias), .lstm(let bias), .layerNormLSTM(let bias): bias
    }
  }
}
