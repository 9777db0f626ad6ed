import SluiceFlow

/// The flow of the gradient while a training runs: redrawn in place on a screen, one plain line now and then in a file.
package struct WatchView {
  private let isInteractive: Bool
  private let width: Int
  private let height: Int
  private let usesColor: Bool
  private let interval: Duration
  private let write: (String) -> Void
  private var lastDrawn: ContinuousClock.Instant?
  /// The lines that stand on the screen and are drawn over.
  private var drawnLines = 0

  package init(on screen: Screen) {
    self.init(
      isInteractive: screen.isInteractive, width: screen.width, height: screen.height,
      usesColor: screen.usesColor,
      interval: screen.isInteractive ? .milliseconds(500) : .seconds(10), write: screen.write)
  }

  /// For tests: every part by hand.
  package init(
    isInteractive: Bool, width: Int, height: Int, usesColor: Bool, interval: Duration,
    write: @escaping (String) -> Void
  ) {
    self.isInteractive = isInteractive
    self.width = width
    self.height = height
    self.usesColor = usesColor
    self.interval = interval
    self.write = write
  }

  /// Shows an observed step, if enough time has passed since the last.
  package mutating func show(_ monitor: borrowing FlowMonitor, now: ContinuousClock.Instant = .now) {
    if let lastDrawn, now - lastDrawn < interval { return }
    lastDrawn = now
    guard isInteractive else {
      write(monitor.stateLine + "\n")
      return
    }
    let lines = monitor.watchLines(columns: max(min(width, 100), 20), rows: height, color: usesColor)
    let text = lines.joined(separator: "\n") + "\n"
    write(erased + text)
    drawnLines = lines.count
  }

  /// Leaves what stands on the screen; the next drawing goes below.
  package mutating func finish() { drawnLines = 0 }

  /// What takes the cursor back over the last drawing and removes it.
  private var erased: String { drawnLines == 0 ? "" : "\r\u{1B}[\(drawnLines)A\u{1B}[J" }
}
