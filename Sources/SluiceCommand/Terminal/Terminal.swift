import CLibrary
import Sluice

/// A place where output goes: what it can show, and how to write to it.
struct Terminal: Sendable {
  /// Whether it is a screen and not a file or a pipe.
  let isInteractive: Bool
  /// The columns of a line.
  let width: Int
  /// The lines that can be seen at once.
  let height: Int
  /// Whether colors may be used: on a screen that has them, unless `NO_COLOR` is set (no-color.org).
  let usesColor: Bool

  private let descriptor: Int32

  /// Standard output, as it is now.
  static var standardOutput: Terminal { Terminal(descriptor: STDOUT_FILENO) }
  /// Standard error, as it is now.
  static var standardError: Terminal { Terminal(descriptor: STDERR_FILENO) }

  init(descriptor: Int32, environment: (String) -> String? = Terminal.environment) {
    self.descriptor = descriptor
    let isTerminal = isatty(descriptor) == 1
    let isDumb = environment("TERM") == "dumb"
    isInteractive = isTerminal && !isDumb
    usesColor = isInteractive && (environment("NO_COLOR") ?? "").isEmpty
    width = Terminal.width(of: descriptor, columns: environment("COLUMNS"))
    height = Terminal.height(of: descriptor, lines: environment("LINES"))
  }

  /// Writes all of `text`. That a write to standard output failed is noted, and told when the program ends: work that
  /// goes on is worth more than what it says on the way.
  func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in unsafe write(bytes) }
  }

  /// The same for the bytes of a text.
  func write(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBufferPointer { unsafe write($0) } }

  @unsafe private func write(_ bytes: UnsafeBufferPointer<UInt8>) {
    var done = 0
    while done < bytes.count {
      let count = unsafe CLibrary.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        if descriptor == STDOUT_FILENO { StandardStreams.noteFailure(errno) }
        return
      }
    }
  }

  /// What a training is told of it.
  var screen: Screen {
    Screen(
      isInteractive: isInteractive, width: width, height: height, usesColor: usesColor,
      write: { write($0) })
  }

  /// Writes `text` and a line end.
  func writeLine(_ text: String) { write(text + "\n") }

  /// `COLUMNS` where it is a sensible number, else what the system knows, else 80.
  static func width(of descriptor: Int32, columns: String?) -> Int {
    if let columns = columns.flatMap({ Int($0) }), (1...10_000).contains(columns) { return columns }
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// `LINES` where it is a sensible number, else what the system knows, else 24.
  static func height(of descriptor: Int32, lines: String?) -> Int {
    if let lines = lines.flatMap({ Int($0) }), (1...10_000).contains(lines) { return lines }
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
    return Int(size.ws_row)
  }

  /// The value of an environment variable.
  static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}
