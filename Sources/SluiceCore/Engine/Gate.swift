import CLibrary

/// A mutex and three conditions: threads sleep at one until there is a task, those that are to rest at another, the caller at the
/// third until its task has ended.
// Safe over bare pointers: the mutex and the conditions are its own from `init` to `deinit`, and no address leaves it.
@safe
final class Gate: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let task = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let rest = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let end = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe task.initialize(to: pthread_cond_t())
    unsafe rest.initialize(to: pthread_cond_t())
    unsafe end.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(task, nil)
    unsafe pthread_cond_init(rest, nil)
    unsafe pthread_cond_init(end, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe pthread_cond_destroy(task)
    unsafe pthread_cond_destroy(rest)
    unsafe pthread_cond_destroy(end)
    unsafe mutex.deallocate()
    unsafe task.deallocate()
    unsafe rest.deallocate()
    unsafe end.deallocate()
  }

  func lock() { unsafe _ = pthread_mutex_lock(mutex) }
  func unlock() { unsafe _ = pthread_mutex_unlock(mutex) }

  /// Sleeps, the lock given up meanwhile, until `wakeThreads`.
  func waitAsThread() { unsafe _ = pthread_cond_wait(task, mutex) }
  /// Sleeps, the lock given up meanwhile, until `wakeResting`.
  func waitResting() { unsafe _ = pthread_cond_wait(rest, mutex) }
  /// Sleeps, the lock given up meanwhile, until `wakeCaller`.
  func waitAsCaller() { unsafe _ = pthread_cond_wait(end, mutex) }

  /// Wakes up to `count` sleeping threads. The lock is taken so that none is between its last look and its
  /// sleep, and given up first so that none wakes only to wait for it.
  func wakeThreads(_ count: Int) {
    lock()
    unlock()
    if count == 1 {
      unsafe _ = pthread_cond_signal(task)
    } else {
      unsafe _ = pthread_cond_broadcast(task)
    }
  }

  /// Wakes all that rest.
  func wakeResting() {
    lock()
    unlock()
    unsafe _ = pthread_cond_broadcast(rest)
  }

  func wakeCaller() {
    lock()
    unlock()
    unsafe _ = pthread_cond_signal(end)
  }
}
