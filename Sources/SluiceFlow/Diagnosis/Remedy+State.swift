import SluiceCore

extension Remedy {
  /// Its name in files.
  public var name: String { parts.name }
  /// Its number; nil for a remedy without.
  public var number: Float? { parts.number }
  /// The parameter or layer that it concerns; empty for none.
  public var place: String { parts.place }

  private var parts: (name: String, number: Float?, place: String) {
    switch self {
    case .multiplyRate(let x): ("multiply rate", x, "")
    case .multiplyGroupRate(let name, let x): ("multiply group rate", x, name)
    case .holdRate(let x): ("hold rate", x, "")
    case .initialize: ("initialize", nil, "")
    case .setGroupDecay(let name, let x): ("set group decay", x, name)
    case .scaleWeights(let name, let x): ("scale weights", x, name)
    case .scaleInputs: ("scale inputs", nil, "")
    case .scaleTargets: ("scale targets", nil, "")
    case .clipNorm(let x): ("clip norm", x, "")
    case .setDecay(let x): ("set decay", x, "")
    case .setMomentum(let x): ("set momentum", x, "")
    case .setEpsilon(let x): ("set epsilon", x, "")
    case .setTemperature(let x): ("set temperature", x, "")
    case .setMargin(let x): ("set margin", x, "")
    case .setDropout(let x): ("set dropout", x, "")
    case .clearGradients: ("clear gradients", nil, "")
    case .shuffle: ("shuffle", nil, "")
    case .unfreeze(let name): ("unfreeze", nil, name)
    case .averageLoss: ("average loss", nil, "")
    case .flipLoss: ("flip loss", nil, "")
    case .constantSchedule: ("constant schedule", nil, "")
    case .gate(let x): ("gate", x, "")
    case .addNonlinearity(let name): ("add nonlinearity", nil, name)
    case .carryState: ("carry state", nil, "")
    case .stopAt(let step): ("stop at", Float(step), "")
    }
  }

  /// The remedy of those parts; nil for none that is known.
  package init?(name: String, number x: Float, place: String) {
    switch name {
    case "multiply rate": self = .multiplyRate(x)
    case "multiply group rate": self = .multiplyGroupRate(place, x)
    case "hold rate": self = .holdRate(x)
    case "initialize": self = .initialize
    case "set group decay": self = .setGroupDecay(place, x)
    case "scale weights": self = .scaleWeights(place, x)
    case "scale inputs": self = .scaleInputs
    case "scale targets": self = .scaleTargets
    case "clip norm": self = .clipNorm(x)
    case "set decay": self = .setDecay(x)
    case "set momentum": self = .setMomentum(x)
    case "set epsilon": self = .setEpsilon(x)
    case "set temperature": self = .setTemperature(x)
    case "set margin": self = .setMargin(x)
    case "set dropout": self = .setDropout(x)
    case "clear gradients": self = .clearGradients
    case "shuffle": self = .shuffle
    case "unfreeze": self = .unfreeze(place)
    case "average loss": self = .averageLoss
    case "flip loss": self = .flipLoss
    case "constant schedule": self = .constantSchedule
    case "gate": self = .gate(x)
    case "add nonlinearity": self = .addNonlinearity(place)
    case "carry state": self = .carryState
    case "stop at":
      guard x.magnitude < 1e15 else { return nil }
      self = .stopAt(Int(x))
    default: return nil
    }
  }
}

extension StateWriter {
  mutating func write(_ remedy: Remedy) {
    write(remedy.name)
    write(remedy.number ?? 0)
    write(remedy.place)
  }
}

extension StateReader {
  mutating func readRemedy() throws(StateError) -> Remedy {
    let (name, number, place) = (try readText(), try readFloat(), try readText())
    guard let remedy = Remedy(name: name, number: number, place: place) else {
      throw StateError(
        expected: "a remedy that this version knows", found: "'\(ScreenText.cut(name, to: 40))'")
    }
    return remedy
  }
}
