/// The version of this package.
public enum SluiceVersion {
  /// The version, as semantic versioning has it.
  public static let current = "0.1.0"
}
