import SluiceCore

/// One thing that a tuning varies: what it is called, and what it can be.
///
/// ```swift
/// static let dimensions: [TuningDimension<TaggerSettings>] = [
///   .choice("units", \.units, [16, 32, 64, 128]),
///   .factor("learning-rate", \.optimizer.learningRate, [0.25, 0.5, 2, 4]),
/// ]
/// ```
///
/// They are applied in their order, so one that sets several things stands before those that change one of them.
public struct TuningDimension<Settings: Sendable>: Sendable {
  /// What it is called: the option of the command line that sets it, where there is one.
  public let name: String
  /// What it can be, each a change of settings.
  let choices: [@Sendable (inout Settings) -> Void]
  /// What settings have of it, in words.
  let text: @Sendable (Settings) -> String
  /// What the command line needs to get it; nil where it has no option for it.
  let arguments: @Sendable (Settings) -> [String]?
  /// Whether it makes a difference to such settings.
  let matters: @Sendable (Settings) -> Bool

  /// A dimension by its parts.
  ///
  /// - Parameters:
  ///   - choices: what it can be, each a change of settings.
  ///   - text: what settings have of it, in words.
  ///   - arguments: what the command line needs to get it, which gives nil where there is no option for it; nil for `--name text`.
  ///   - matters: whether it makes a difference to such settings; where not, it stays as it is by default.
  public init(
    _ name: String, choices: [@Sendable (inout Settings) -> Void],
    text: @escaping @Sendable (Settings) -> String,
    arguments: (@Sendable (Settings) -> [String]?)? = nil,
    matters: @escaping @Sendable (Settings) -> Bool = { _ in true }
  ) {
    self.name = name
    self.choices = choices
    self.text = text
    self.arguments = arguments ?? { ["--\(name)", text($0)] }
    self.matters = matters
  }

  /// One of some values.
  ///
  /// - Parameter hasOption: whether the command line has an option of this name.
  public static func choice<Value: Sendable>(
    _ name: String, _ path: WritableKeyPath<Settings, Value> & Sendable, _ values: [Value],
    hasOption: Bool = true, matters: @escaping @Sendable (Settings) -> Bool = { _ in true }
  ) -> Self {
    let none: @Sendable (Settings) -> [String]? = { _ in nil }
    let changes = values.map { value -> @Sendable (inout Settings) -> Void in { $0[keyPath: path] = value } }
    return Self(
      name, choices: changes, text: { "\($0[keyPath: path])" }, arguments: hasOption ? nil : none,
      matters: matters)
  }

  /// One of some names.
  public static func choice<Value: Sendable & RawRepresentable<String>>(
    _ name: String, _ path: WritableKeyPath<Settings, Value> & Sendable, of values: [Value],
    matters: @escaping @Sendable (Settings) -> Bool = { _ in true }
  ) -> Self {
    let changes = values.map { value -> @Sendable (inout Settings) -> Void in { $0[keyPath: path] = value } }
    return Self(name, choices: changes, text: { $0[keyPath: path].rawValue }, matters: matters)
  }

  /// A number times one of some factors.
  public static func factor(
    _ name: String, _ path: WritableKeyPath<Settings, Float> & Sendable, _ factors: [Double],
    matters: @escaping @Sendable (Settings) -> Bool = { _ in true }
  ) -> Self {
    let changes = factors.map { factor -> @Sendable (inout Settings) -> Void in
      {
        // From the digits that people see, so that the product has few digits as well.
        let value = Double("\($0[keyPath: path])") ?? Double($0[keyPath: path])
        $0[keyPath: path] = Float(value * factor)
      }
    }
    return Self(name, choices: changes, text: { "\($0[keyPath: path])" }, matters: matters)
  }

  /// Draws what it is, or leaves it as it is, the one as likely as the other.
  ///
  /// - Parameter random: the numbers of a trial. Each dimension has a stream of its own, by its name: one more leaves the others as they are.
  func draw(_ random: CounterRandom, into settings: inout Settings) {
    var purpose: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { purpose = (purpose ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    let numbers = random.stream(purpose)
    guard !choices.isEmpty, matters(settings), numbers.bits(0) & 1 == 1 else { return }
    choices[numbers.below(choices.count, 1)](&settings)
  }
}
