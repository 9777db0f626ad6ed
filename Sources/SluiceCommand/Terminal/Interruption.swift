import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether somebody asked the program to stop, by Ctrl-C or by the signal that ends services.
///
/// The first signal is noted, so that the work can come to a good end and save. A second one of the same
/// kind ends the program at once, as it would without this.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  /// Whether a signal has come since `listen`. Cheap enough to ask in every step.
  static var requested: Bool { flag.load(ordering: .relaxed) }

  /// From now on notes the first SIGINT and the first SIGTERM instead of ending.
  static func listen() {
    // Touched before a signal can come, so that the handler finds it made.
    flag.store(false, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      _ = signal(number) { number in
        // Nothing but what POSIX allows inside a handler: an atomic store and signal itself.
        Interruption.note()
        _ = signal(number, SIG_DFL)
      }
    }
  }

  /// Signals end the program again, and what was noted is forgotten.
  static func stopListening() {
    for number in [SIGINT, SIGTERM] { _ = signal(number, SIG_DFL) }
    flag.store(false, ordering: .relaxed)
  }

  private static func note() { flag.store(true, ordering: .relaxed) }
}
