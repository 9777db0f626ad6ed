/// What a group of processes is to those that train together: messages between two, and a few calls that all make.
///
/// Calls wait until they are done. Messages between two arrive in the order in which they were sent, each as long as it is
/// awaited. An error ends the work of the group: nothing more can be relied on.
protocol MessageExchange: AnyObject, Sendable {
  /// The number of this process, from 0.
  var rank: Int { get }
  /// The processes.
  var count: Int { get }

  /// Sends bytes to another process.
  @unsafe func send(_ bytes: UnsafeRawBufferPointer, to other: Int) throws(ProcessError)
  /// Waits for bytes from another process, as many as there is room for.
  @unsafe func receive(_ bytes: UnsafeMutableRawBufferPointer, from other: Int) throws(ProcessError)
  /// Sends bytes to another process and waits for bytes from it at the same time. Both call it.
  @unsafe func trade(
    _ sent: UnsafeRawBufferPointer, for received: UnsafeMutableRawBufferPointer, with other: Int
  ) throws(ProcessError)
  /// Gives what process 0 has to all.
  @unsafe func broadcast(_ bytes: UnsafeMutableRawBufferPointer) throws(ProcessError)
  /// Gives what each process has to all: process r has the bytes from `starts[r]` up to `starts[r + 1]`.
  @unsafe func gather(_ bytes: UnsafeMutableRawBufferPointer, starts: [Int]) throws(ProcessError)
  /// Ends all processes, this one included where the form can.
  func abort(status: Int32)
  /// Ends the exchange in order: all call it.
  func finish()
}
