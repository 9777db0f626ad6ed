import Testing

@testable import SluiceCommand

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("The terminal")
struct TerminalTests {
  /// A progress line on a clock and a screen of the test.
  final class Screen {
    var written: [String] = []
    var time = ContinuousClock.now

    func progress(isInteractive: Bool, width: Int = 40) -> ProgressLine {
      ProgressLine(
        isInteractive: isInteractive, width: width, interval: .seconds(1), write: { self.written.append($0) },
        now: { self.time })
    }
  }

  @Test("On a screen the line is redrawn in place, not too often, and cut to its width")
  func redrawing() {
    let screen = Screen()
    let progress = screen.progress(isInteractive: true, width: 12)
    progress.show("first")
    screen.time += .milliseconds(999)
    #expect(!progress.isDue)
    progress.show("too early")
    screen.time += .milliseconds(1)
    #expect(progress.isDue)
    progress.show("much longer than the screen")
    progress.show("last", always: true)
    progress.finish()
    progress.finish()
    #expect(
      screen.written == [
        "\rfirst\u{1B}[K", "\rmuch longe…\u{1B}[K", "\rlast\u{1B}[K", "\n",
      ])
  }

  @Test("What a screen would obey is escaped in a progress line, and wide letters count twice")
  func hostileProgress() {
    let screen = Screen()
    let progress = screen.progress(isInteractive: true, width: 12)
    progress.show("a\u{1B}[2Jb")
    progress.show("日本語日本語日本語", always: true)
    #expect(screen.written == ["\ra\\u{1B}[2Jb\u{1B}[K", "\r日本語日本…\u{1B}[K"])
  }

  @Test("A text that is not shown is not made")
  func laziness() {
    let screen = Screen()
    let progress = screen.progress(isInteractive: true)
    var made = 0
    func text() -> String {
      made += 1
      return "text"
    }
    for _ in 0..<10 { progress.show(text()) }
    #expect(made == 1)
  }

  @Test("A line that stays goes above the progress line")
  func printing() {
    let screen = Screen()
    let progress = screen.progress(isInteractive: true)
    progress.print("before")
    progress.show("50 %")
    progress.print("a result")
    progress.clear()
    progress.print("after")
    #expect(
      screen.written == [
        "before\n", "\r50 %\u{1B}[K", "\r\u{1B}[Ka result\n", "\r50 %\u{1B}[K", "\r\u{1B}[K", "after\n",
      ])
  }

  @Test("In a file there are plain lines, now and then")
  func file() {
    let screen = Screen()
    let progress = screen.progress(isInteractive: false, width: 4)
    for step in 0..<30 {
      progress.show("step \(step)")
      screen.time += .milliseconds(100)
    }
    progress.print("a result")
    progress.clear()
    progress.finish()
    #expect(screen.written == ["step 0\n", "step 10\n", "step 20\n", "a result\n"])
  }

  @Test("A pipe and a file are no screens", arguments: ["/dev/null"])
  func notInteractive(path: String) {
    let descriptor = unsafe open(path, O_WRONLY)
    defer { _ = close(descriptor) }
    let terminal = Terminal(descriptor: descriptor) { _ in nil }
    #expect(!terminal.isInteractive)
    #expect(!terminal.usesColor)
    #expect(terminal.width == 80)
    terminal.writeLine("nothing")
  }

  #if os(Linux)
    @Test("A screen is interactive and colored, unless it is dumb or NO_COLOR is set")
    func pseudoTerminal() throws {
      let main = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
      try #require(main >= 0)
      defer { _ = close(main) }
      // TIOCSPTLCK and TIOCGPTN, which are macros that Swift does not import: unlock, and ask the number.
      var lock: Int32 = 0
      var number: Int32 = 0
      try #require(unsafe ioctl(main, 0x4004_5431, &lock) == 0)
      try #require(unsafe ioctl(main, 0x8004_5430, &number) == 0)
      let screen = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
      try #require(screen >= 0)
      defer { _ = close(screen) }
      var size = winsize(ws_row: 24, ws_col: 91, ws_xpixel: 0, ws_ypixel: 0)
      try #require(unsafe ioctl(screen, UInt(TIOCSWINSZ), &size) == 0)

      func terminal(_ environment: [String: String]) -> Terminal {
        Terminal(descriptor: screen) { environment[$0] }
      }
      #expect(terminal([:]).isInteractive && terminal([:]).usesColor)
      #expect(terminal([:]).width == 91)
      #expect(terminal(["COLUMNS": "50"]).width == 50)
      #expect(terminal(["COLUMNS": "x"]).width == 91)
      #expect(terminal(["NO_COLOR": ""]).usesColor)
      #expect(!terminal(["NO_COLOR": "1"]).usesColor)
      #expect(terminal(["NO_COLOR": "1"]).isInteractive)
      #expect(!terminal(["TERM": "dumb"]).isInteractive)
    }
  #endif

  @Test(
    "The first signal is noted and the program goes on; the second ends it",
    arguments: [SIGINT, SIGTERM, SIGHUP])
  func signals(number: Int32) async {
    // In a process of its own, as signals are for a whole process. Not by raise: the threads that run tests
    // may block signals.
    await #expect(processExitsWith: .signal(number)) { [number = number as Int32] in
      Interruption.listen()
      guard !Interruption.requested else { return }
      _ = kill(getpid(), number)
      for _ in 0..<5000 where !Interruption.requested { _ = usleep(1000) }
      guard Interruption.requested else { return }
      _ = kill(getpid(), number)
      _ = sleep(5)
    }
    // A second one of another kind ends it too, and by itself.
    for other in [SIGINT, SIGTERM, SIGHUP] where other != number {
      await #expect(processExitsWith: .signal(other)) { [number = number as Int32, other = other as Int32] in
        Interruption.listen()
        _ = kill(getpid(), number)
        for _ in 0..<5000 where !Interruption.requested { _ = usleep(1000) }
        guard Interruption.signal == number, Interruption.status == 128 + number,
          ExitStatus.interrupted.code == 128 + number
        else { return }
        _ = kill(getpid(), other)
        _ = sleep(5)
      }
    }
    await #expect(processExitsWith: .exitCode(3)) { [number = number as Int32] in
      Interruption.listen()
      _ = kill(getpid(), number)
      for _ in 0..<5000 where !Interruption.requested { _ = usleep(1000) }
      guard Interruption.requested else { return }
      Interruption.stopListening()
      if !Interruption.requested, Interruption.signal == nil { exit(3) }
    }
  }
}
