import SluiceLayers

/// The recurrent cells that can be asked for by name.
public enum CellName: String, Codable, CaseIterable, Sendable {
  /// A plain recurrent layer.
  case elman
  /// A gated recurrent unit.
  case gru
  /// Long short-term memory.
  case lstm
  /// A plain recurrent layer, normalized.
  case normalizedElman = "ln-elman"
  /// A gated recurrent unit, normalized.
  case normalizedGRU = "ln-gru"
  /// Long short-term memory, normalized.
  case normalizedLSTM = "ln-lstm"

  /// The cell. One with a gate for it begins by remembering.
  public var kind: CellKind {
    switch self {
    case .elman: .elman()
    case .gru: .gru(updateBias: 3)
    case .lstm: .lstm(forgetBias: 3)
    case .normalizedElman: .layerNormElman()
    case .normalizedGRU: .layerNormGRU(updateBias: 3)
    case .normalizedLSTM: .layerNormLSTM(forgetBias: 3)
    }
  }
}
