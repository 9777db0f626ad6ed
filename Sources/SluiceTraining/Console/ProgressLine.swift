import SluiceCore

/// One line that shows how far the work is.
///
/// On a screen the line is redrawn in place, some ten times a second. In a file or a pipe it becomes plain
/// lines, one now and then, so that a log stays short and readable. Not to be used from two threads at once.
package final class ProgressLine {
  /// The time between two drawings.
  package let interval: Duration

  private let isInteractive: Bool
  private let width: Int
  private let write: (String) -> Void
  private let now: () -> ContinuousClock.Instant
  private var lastDrawn: ContinuousClock.Instant?
  /// What stands on the screen's line now; empty when the line is free.
  private var drawn = ""

  /// - Parameters:
  ///   - redrawEvery: the least time between two drawings on a screen.
  ///   - printEvery: the least time between two lines in a file.
  package init(
    on screen: Screen, redrawEvery: Duration = .milliseconds(100),
    printEvery: Duration = .seconds(10)
  ) {
    isInteractive = screen.isInteractive
    width = screen.width
    interval = screen.isInteractive ? redrawEvery : printEvery
    write = screen.write
    now = { .now }
  }

  /// For tests: every part by hand.
  package init(
    isInteractive: Bool, width: Int, interval: Duration, write: @escaping (String) -> Void,
    now: @escaping () -> ContinuousClock.Instant
  ) {
    self.isInteractive = isInteractive
    self.width = width
    self.interval = interval
    self.write = write
    self.now = now
  }

  /// Whether enough time has passed for another drawing. Asked first, it spares making a text that would not
  /// be shown. Allocates nothing.
  package var isDue: Bool {
    guard let lastDrawn else { return true }
    return now() - lastDrawn >= interval
  }

  /// Shows `text`, if another drawing is due; `always` shows it in any case.
  package func show(_ text: @autoclosure () -> String, always: Bool = false) {
    guard always || isDue else { return }
    lastDrawn = now()
    let line = ScreenText.escaped(text())
    guard isInteractive else {
      write(line + "\n")
      return
    }
    draw(line)
  }

  /// Writes a line that stays, above the progress line.
  package func print(_ line: String) {
    guard isInteractive, !drawn.isEmpty else {
      write(line + "\n")
      return
    }
    let shown = drawn
    write("\r\u{1B}[K" + line + "\n")
    draw(shown)
  }

  /// Ends the progress line: what stands there stays, and output goes on below.
  package func finish() {
    if !drawn.isEmpty { write("\n") }
    drawn = ""
    lastDrawn = nil
  }

  /// Removes the progress line from the screen; in a file nothing happens.
  package func clear() {
    if !drawn.isEmpty { write("\r\u{1B}[K") }
    drawn = ""
  }

  /// Draws over the line, cut so that it does not wrap, which could not be redrawn.
  private func draw(_ line: String) {
    drawn = ScreenText.columns(of: line) < width ? line : ScreenText.cut(line, to: max(width - 1, 1))
    write("\r" + drawn + "\u{1B}[K")
  }
}
