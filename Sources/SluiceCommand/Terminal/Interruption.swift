import Synchronization

import CLibrary

/// Whether somebody asked the program to stop: by Ctrl-C, by the signal that ends services, or by closing the terminal.
///
/// As long as there is nothing to save, a signal ends the program at once, also where it is the first process of a container, which
/// no signal ends that it does not handle. From `listen` on the first signal is noted, so that the work can come to a good end and
/// save; a second one, of whichever kind, ends the program at once.
enum Interruption {
  /// Whether the first signal is noted.
  private static let isListening = Atomic<Bool>(false)
  /// The number of the first signal; 0 before one has come.
  private static let noted = Atomic<Int32>(0)

  /// Whether a signal has come since `listen`. Cheap enough to ask in every step.
  static var requested: Bool { noted.load(ordering: .relaxed) != 0 }

  /// The first signal that has come since `listen`; nil before one has.
  static var signal: Int32? {
    let number = noted.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// How the program ends after work that a signal has ended: 128 and the signal's number, as shells have it. That is 130 for
  /// SIGINT, 143 for SIGTERM, 129 for SIGHUP.
  static var status: Int32 { 128 + (signal ?? SIGINT) }

  private static let numbers = [SIGINT, SIGTERM, SIGHUP]

  /// From now on notes the first of these signals instead of ending. Nor does the program end when nobody reads its output any
  /// more.
  static func listen() {
    handle()
    isListening.store(true, ordering: .relaxed)
    _ = setHandler(SIGPIPE, SIG_IGN)
  }

  /// From now on ends by each of these signals, whatever process this is. One that the program was started to ignore, as
  /// `nohup` does with SIGHUP, stays ignored.
  static func handle() {
    // Touched before a signal can come, so that the handler finds them made.
    noted.store(0, ordering: .relaxed)
    isListening.store(false, ordering: .relaxed)
    for number in numbers {
      let before = setHandler(number) { number in
        if !Interruption.isListening.load(ordering: .relaxed) || !Interruption.note(number) {
          Interruption.end(by: number)
        }
      }
      if unsafe unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        _ = setHandler(number, SIG_IGN)
      }
    }
  }

  /// Signals end the program again, and what was noted is forgotten.
  static func stopListening() {
    for number in numbers + [SIGPIPE] { _ = setHandler(number, SIG_DFL) }
    noted.store(0, ordering: .relaxed)
    isListening.store(false, ordering: .relaxed)
  }

  // MARK: Inside the handler
  //
  // Nothing but what POSIX allows there: atomic operations, the calls about signals, and `_exit`.

  /// Notes a signal. False if one was noted before.
  private static func note(_ number: Int32) -> Bool {
    noted.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged
  }

  /// Ends the program by the signal, so that whoever waits for it sees which one it was.
  private static func end(by number: Int32) {
    _ = setHandler(number, SIG_DFL)
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, number)
    // Blocked while its handler runs, it would wait.
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    _ = raise(number)
    // The first process of a container is not ended by a signal that it does not handle.
    _exit(128 + number)
  }
}

/// `signal`, under a name that no property has.
private func setHandler(_ number: Int32, _ handler: (@convention(c) (Int32) -> Void)?)
  -> (@convention(c) (Int32) -> Void)?
{
  signal(number, handler)
}
