import SluiceCore
import SluiceOptimizers

/// The update rules that can be asked for by name.
public enum OptimizerName: String, Codable, CaseIterable, Sendable {
  /// The gradient times the rate.
  case sgd
  /// With a momentum of 0.9.
  case momentum
  /// The same with the gradient looked up ahead.
  case nesterov
  /// Rates that fall with the sum of squares.
  case adagrad
  /// Divided by the root of the mean square.
  case rmsprop
  /// Divided by the root of the variance.
  case centeredRMSprop = "centered-rmsprop"
  /// Both moments, corrected for their start.
  case adam
  /// Adam with the largest second moment so far.
  case amsgrad
  /// Adam with decay apart from the gradient.
  case adamw
  /// A rate for each element from how far its gradients agree.
  case smorms3

  /// The rule with its usual settings.
  public var usualRule: any UpdateRule {
    switch self {
    case .sgd: SGD()
    case .momentum: SGD(momentum: 0.9)
    case .nesterov: SGD(momentum: 0.9, isNesterov: true)
    case .adagrad: Adagrad()
    case .rmsprop: RMSprop()
    case .centeredRMSprop: RMSprop(isCentered: true)
    case .adam: Adam()
    case .amsgrad: Adam(isAMSGrad: true)
    case .adamw: Adam(weightDecay: 0.01, hasDecoupledDecay: true)
    case .smorms3: SMORMS3()
    }
  }

  /// Where the rule comes from.
  public var source: String {
    switch self {
    case .sgd: "Robbins and Monro 1951"
    case .momentum: "Polyak 1964"
    case .nesterov: "Nesterov 1983; Sutskever et al. 2013"
    case .adagrad: "Duchi, Hazan and Singer 2011"
    case .rmsprop: "Tieleman and Hinton 2012"
    case .centeredRMSprop: "Graves 2013, arXiv:1308.0850"
    case .adam: "Kingma and Ba 2015, arXiv:1412.6980"
    case .amsgrad: "Reddi, Kale and Kumar 2018"
    case .adamw: "Loshchilov and Hutter 2019, arXiv:1711.05101"
    case .smorms3: "Funk 2015"
    }
  }
}

extension OptimizerName {
  /// The rule of a name, in the spelling of earlier versions too; nil if there is none.
  public init?(named name: String) {
    self.init(rawValue: name == "centered-rmsprop" ? "centered-rmsprop" : name)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let name = Self(named: text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "There is no update rule \(ScreenText.quoted(text)).")
    }
    self = name
  }

  /// The rules with their defaults and sources, one a line.
  public static var table: String {
    let rows = allCases.map { name in
      let settings = OptimizerSettings(name)
      let momentum = settings.momentum.map { ", momentum \($0)" } ?? ""
      let decay = settings.weightDecay > 0 ? ", weight decay \(settings.weightDecay)" : ""
      return (name.rawValue, "learning rate \(settings.learningRate)\(momentum)\(decay)", name.source)
    }
    let widths = (rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0)
    return rows.map {
      ScreenText.padded($0.0, to: widths.0 + 2) + ScreenText.padded($0.1, to: widths.1 + 2) + $0.2
    }.joined(separator: "\n")
  }
}
