import CLibrary

/// The threads of a pool.
final class WorkerThreads: @unchecked Sendable {
  private var threads: [pthread_t] = []

  /// Starts up to `count` threads that serve `exchange` until it is closed.
  init(count: Int, serving exchange: TaskExchange) {
    for _ in 0..<count {
      let argument = unsafe Unmanaged.passRetained(exchange)
      #if canImport(Darwin)
        var thread: pthread_t? = nil
      #else
        var thread = pthread_t()
      #endif
      let refused = unsafe pthread_create(
        &thread, nil,
        { argument in
          #if canImport(Darwin)
            let address = argument
          #else
            let address = unsafe argument!
          #endif
          unsafe Unmanaged<TaskExchange>.fromOpaque(address).takeRetainedValue().serve()
          return nil
        }, argument.toOpaque())
      guard refused == 0 else {
        unsafe argument.release()
        return
      }
      #if canImport(Darwin)
        threads.append(thread!)
      #else
        threads.append(thread)
      #endif
    }
  }

  /// Waits until every thread has ended; the exchange has to be closed.
  func join() {
    for thread in threads { _ = pthread_join(thread, nil) }
  }
}
