import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether somebody asked the program to stop: by Ctrl-C, by the signal that ends services, or by closing the terminal.
///
/// The first signal is noted, so that the work can come to a good end and save. A second one of the same
/// kind ends the program at once, as it would without this.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  /// Whether a signal has come since `listen`. Cheap enough to ask in every step.
  static var requested: Bool { flag.load(ordering: .relaxed) }

  private static let numbers = [SIGINT, SIGTERM, SIGHUP]

  /// From now on notes the first of each of these signals instead of ending. One that the program was started to ignore, as
  /// `nohup` does with SIGHUP, stays ignored. Nor does the program end when nobody reads its output any more.
  static func listen() {
    // Touched before a signal can come, so that the handler finds it made.
    flag.store(false, ordering: .relaxed)
    for number in numbers {
      let before = signal(number) { number in
        // Nothing but what POSIX allows inside a handler: an atomic store and signal itself.
        Interruption.note()
        _ = signal(number, SIG_DFL)
      }
      if unsafe unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        _ = signal(number, SIG_IGN)
      }
    }
    _ = signal(SIGPIPE, SIG_IGN)
  }

  /// Signals end the program again, and what was noted is forgotten.
  static func stopListening() {
    for number in numbers + [SIGPIPE] { _ = signal(number, SIG_DFL) }
    flag.store(false, ordering: .relaxed)
  }

  private static func note() { flag.store(true, ordering: .relaxed) }
}
