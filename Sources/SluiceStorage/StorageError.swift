import SluiceCore

/// Why a file could not be read or written: which file, what was expected, what came, and what to do.
public struct StorageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kind of trouble, for callers that act on it. People read `description`.
  public enum Reason: Equatable, Sendable {
    /// The file or folder does not exist.
    case missing
    /// The system does not permit it: access rights, or a file system that is read-only.
    case denied
    /// There is no space left, or a quota or size limit is reached.
    case full
    /// Something is there, but not a file or folder of the kind that was asked for.
    case wrongKind
    /// A folder holds things that would be mixed up with what was to be written.
    case occupied
    /// The file ends before it should.
    case truncated
    /// The contents break the rules of the format.
    case damaged
    /// The contents are legal but not of a kind that can be used here.
    case unsupported
    /// The contents are sound but not what the caller asked for: another shape, another name.
    case mismatch
    /// Any other error of the operating system.
    case system
  }

  /// The kind of trouble, for callers that act on it.
  public var reason: Reason
  /// The file or folder, as the caller spelled it.
  public var path: String
  /// The line, counted from 1, in a format of lines.
  public var line: Int?
  /// What was expected, to follow the word "expected".
  public var expected: String
  /// What came instead, to follow the word "found".
  public var found: String
  /// What to do about it: a sentence, or empty.
  public var advice: String

  /// An error of the given texts, each without a full stop.
  public init(
    _ reason: Reason, path: String, line: Int? = nil, expected: String, found: String, advice: String = ""
  ) {
    self.reason = reason
    self.path = path
    self.line = line
    self.expected = expected
    self.found = found
    self.advice = advice
  }

  /// One line: `path:line: expected …, found …. Advice.`
  public var description: String {
    let place = line.map { ":\($0)" } ?? ""
    let remedy = advice.isEmpty ? "" : " \(advice)"
    return "\(ScreenText.path(path))\(place): expected \(expected), found \(found).\(remedy)"
  }
}

/// `text` as messages repeat what they were given: in single quotes, escaped, cut when long.
func quoted(_ text: String) -> String { ScreenText.quoted(text) }
