import CLibrary

/// The values that MPI's standard ABI gives its handles and constants (MPI 5.0, chapter 20), which are the same in every library of it.
/// Handles are as wide as a pointer.
enum MPIValue {
  static let world: UInt = 0x101
  static let byte: UInt = 0x247
  static let noRequest: UInt = 0x180
  static let errorsReturn: UInt = 0x143
  /// Stands for the buffer where a process's own part lies in it already.
  static let inPlace = 1
  /// Only the thread that began calls MPI.
  static let funneled: Int32 = 1024
  static let longestErrorText = 512
  /// The version of the ABI that these are of.
  static let version: Int32 = 1
}

/// The functions that are called, by their addresses in a library that was loaded.
// Safe to hold: every call of one is `unsafe`.
@safe
struct MPIFunctions: @unchecked Sendable {
  typealias Request = UnsafeMutablePointer<UInt>

  let initialize:
    @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<Int32>) ->
      Int32
  let rank: @convention(c) (UInt, UnsafeMutablePointer<Int32>) -> Int32
  let size: @convention(c) (UInt, UnsafeMutablePointer<Int32>) -> Int32
  let setErrorHandler: @convention(c) (UInt, UInt) -> Int32
  let errorText: @convention(c) (Int32, UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32
  let send: @convention(c) (UnsafeRawPointer?, Int32, UInt, Int32, Int32, UInt, Request) -> Int32
  let receive: @convention(c) (UnsafeMutableRawPointer?, Int32, UInt, Int32, Int32, UInt, Request) -> Int32
  let broadcast: @convention(c) (UnsafeMutableRawPointer?, Int32, UInt, Int32, UInt, Request) -> Int32
  let gather:
    @convention(c) (
      Int, Int32, UInt, UnsafeMutableRawPointer?, UnsafePointer<Int32>, UnsafePointer<Int32>, UInt, UInt,
      Request
    ) -> Int32
  let test: @convention(c) (Request, UnsafeMutablePointer<Int32>, UnsafeMutableRawPointer?) -> Int32
  let abort: @convention(c) (UInt, Int32) -> Int32
  let finalize: @convention(c) () -> Int32

  /// The functions of a library; throws for one that lacks any, with its name.
  init(in library: MPILibrary) throws(ProcessError) {
    unsafe initialize = unsafeBitCast(try library.address("MPI_Init_thread"), to: type(of: initialize))
    unsafe rank = unsafeBitCast(try library.address("MPI_Comm_rank"), to: type(of: rank))
    unsafe size = unsafeBitCast(try library.address("MPI_Comm_size"), to: type(of: size))
    unsafe setErrorHandler = unsafeBitCast(
      try library.address("MPI_Comm_set_errhandler"), to: type(of: setErrorHandler))
    unsafe errorText = unsafeBitCast(try library.address("MPI_Error_string"), to: type(of: errorText))
    unsafe send = unsafeBitCast(try library.address("MPI_Isend"), to: type(of: send))
    unsafe receive = unsafeBitCast(try library.address("MPI_Irecv"), to: type(of: receive))
    unsafe broadcast = unsafeBitCast(try library.address("MPI_Ibcast"), to: type(of: broadcast))
    unsafe gather = unsafeBitCast(try library.address("MPI_Iallgatherv"), to: type(of: gather))
    unsafe test = unsafeBitCast(try library.address("MPI_Test"), to: type(of: test))
    unsafe abort = unsafeBitCast(try library.address("MPI_Abort"), to: type(of: abort))
    unsafe finalize = unsafeBitCast(try library.address("MPI_Finalize"), to: type(of: finalize))
  }
}
