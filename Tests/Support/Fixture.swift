import Foundation
import Sluice

/// Reference numbers of one case, made in float64 by the script beside the file.
public struct Fixture: Decodable, Sendable {
  public struct Reference: Decodable, Sendable {
    public let shape: [Int]
    public let values: [Double]
    public var floats: [Float] { values.map(Float.init) }
  }

  public let tensors: [String: Reference]
  public let integers: [String: [Int]]

  /// The reference of that name; a missing one is a mistake in the test.
  public subscript(name: String) -> Reference {
    guard let reference = tensors[name] else { fatalError("The fixture has no tensor '\(name)'.") }
    return reference
  }

  /// The cases of the file `name`.json among the resources of a test target.
  public static func cases(_ name: String, in bundle: Bundle) throws -> [String: Fixture] {
    let url = bundle.bundleURL.appendingPathComponent("Fixtures/\(name).json")
    return try JSONDecoder().decode([String: Fixture].self, from: Data(contentsOf: url))
  }
}
