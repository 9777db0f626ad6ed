import CLibrary
import SluiceCore

/// A library of MPI's standard ABI, loaded into this process.
// Safe over a bare handle: it is never closed.
@safe
struct MPILibrary: @unchecked Sendable {
  /// The path or name that it was loaded by.
  let path: String
  private let handle: UnsafeMutableRawPointer

  #if os(macOS)
    private static let name = "libmpi_abi.1.dylib"
  #else
    private static let name = "libmpi_abi.so.1"
  #endif
  private static let variable = "SLUICE_MPI_LIBRARY"

  /// Finds the library and loads it: the one that `SLUICE_MPI_LIBRARY` names, else one on the loader's path, else the one
  /// that belongs to the launcher.
  init(for launcher: Launcher) throws(ProcessError) {
    var reasons: [String] = []
    for path in Self.candidates {
      if let problem = Self.problem(loading: path) {
        reasons.append(problem)
        continue
      }
      guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_GLOBAL) else { continue }
      unsafe self.handle = handle
      self.path = path
      try checkVersion()
      return
    }
    throw ProcessError(
      rank: nil, "loading MPI",
      "expected \(Self.name), a library of MPI's standard ABI, since \(launcher.variable) is set: this process was started by "
        + "\(launcher.name). Found none that can be loaded: \(reasons.joined(separator: "; ")). Install MPICH 5 or another with "
        + "this ABI (pip install mpich), name its file by \(Self.variable), or start without the launcher.")
  }

  /// The address of a function.
  @unsafe func address(_ name: String) throws(ProcessError) -> UnsafeMutableRawPointer {
    guard let address = unsafe dlsym(handle, name) else {
      throw ProcessError(
        rank: nil, "loading MPI",
        "expected a whole library of MPI at \(ScreenText.path(path)), found no \(name)")
    }
    return unsafe address
  }

  /// Throws unless the library has the ABI whose values are used here.
  private func checkVersion() throws(ProcessError) {
    typealias Version = @convention(c) (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) -> Int32
    var (major, minor): (Int32, Int32) = (-1, -1)
    if let address = unsafe dlsym(handle, "MPI_Abi_get_version") {
      let version = unsafe unsafeBitCast(address, to: Version.self)
      _ = unsafe version(&major, &minor)
    }
    guard major == MPIValue.version else {
      throw ProcessError(
        rank: nil, "loading MPI",
        "expected version \(MPIValue.version) of MPI's standard ABI from \(ScreenText.path(path)), found "
          + (major < 0 ? "a library of another ABI" : "version \(major).\(minor)")
          + ". Name a file \(Self.name) of MPI 5 by \(Self.variable).")
    }
  }

  // MARK: Where it may be

  private static var candidates: [String] {
    if let path = Launcher.environment(variable) { return [path] }
    return [name] + foldersOfLaunchers.flatMap { ["\($0)/../lib/\(name)", "\($0)/../lib64/\(name)"] }
  }

  /// The folder of the process that started this one, and those of `mpiexec` on the path.
  private static var foldersOfLaunchers: [String] {
    var folders: [String] = []
    if let parent = target(of: "/proc/\(getppid())/exe") { folders.append(folder(of: parent)) }
    for folder in (Launcher.environment("PATH") ?? "").split(separator: ":") {
      let launcher = "\(folder)/mpiexec"
      guard unsafe access(launcher, X_OK) == 0 else { continue }
      folders.append(self.folder(of: realPath(launcher) ?? launcher))
    }
    return folders
  }

  private static func folder(of path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }

  private static func target(of link: String) -> String? {
    var bytes = [CChar](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBufferPointer {
      unsafe readlink(link, $0.baseAddress!, $0.count)
    }
    guard count > 0 else { return nil }
    return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func realPath(_ path: String) -> String? {
    guard let found = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(found) }
    return unsafe String(cString: found)
  }

  // MARK: Whether it loads

  /// Why a library cannot be loaded; nil if it can.
  ///
  /// A copy of this process tries it first: a library that crashes as it is loaded takes the copy with it.
  private static func problem(loading path: String) -> String? {
    let isPath = path.contains("/")
    if isPath, unsafe access(path, R_OK) != 0 { return "no \(ScreenText.path(path))" }
    // Swift does not show `fork`, which is unsafe where there are threads: there are none yet, and the copy only loads.
    typealias Fork = @convention(c) () -> Int32
    if let program = unsafe dlopen(nil, RTLD_NOW), let address = unsafe dlsym(program, "fork") {
      let child = unsafe unsafeBitCast(address, to: Fork.self)()
      if child == 0 {
        // What it dies of is for this process to tell, and for no backtrace.
        for number in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP] { _ = signal(number, SIG_DFL) }
        unsafe _exit(dlopen(path, RTLD_NOW | RTLD_GLOBAL) == nil ? 1 : 0)
      }
      var status: Int32 = 0
      if child > 0, unsafe waitpid(child, &status, 0) == child, status & 0x7F != 0 {
        return "\(ScreenText.path(path)) crashes as it is loaded (signal \(status & 0x7F))"
      }
      if child > 0, status == 0 { return nil }
    }
    if unsafe dlopen(path, RTLD_NOW | RTLD_GLOBAL) != nil { return nil }
    guard let text = unsafe dlerror() else { return "\(ScreenText.path(path)) cannot be loaded" }
    return unsafe ScreenText.line(String(cString: text))
  }
}
