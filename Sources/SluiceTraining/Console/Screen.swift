/// A place where a training can tell how it goes: what it can show, and how to write to it.
public struct Screen: Sendable {
  /// Whether what was written can be drawn over; a file or a pipe cannot.
  public var isInteractive: Bool
  /// The columns of a line.
  public var width: Int
  /// The lines that can be seen at once.
  public var height: Int
  /// Whether colors may be used.
  public var usesColor: Bool
  /// Writes all of a text, which ends where a line does or is drawn over.
  public var write: @Sendable (String) -> Void

  /// A place by its parts; by default a file's.
  public init(
    isInteractive: Bool = false, width: Int = 80, height: Int = 24, usesColor: Bool = false,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.isInteractive = isInteractive
    self.width = width
    self.height = height
    self.usesColor = usesColor
    self.write = write
  }

  /// Writes a line.
  public func writeLine(_ text: String) { write(text + "\n") }
}
