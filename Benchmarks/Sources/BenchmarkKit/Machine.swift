#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the operating system says about the processor and this process.
enum Machine {
  /// The processor's name, or what is known of it.
  static var processor: String {
    field("model name", in: "/proc/cpuinfo") ?? architecture
  }

  /// The most memory that this process has had resident, in bytes; nil where the system does not say.
  ///
  /// The kernel's `VmHWM` and not `getrusage`, whose maximum includes the parent's memory before `exec`.
  static var peakMemory: Int? {
    field("VmHWM", in: "/proc/self/status")?.split(separator: " ").first.flatMap { Int($0) }
      .map { $0 * 1024 }
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86-64"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown"
    #endif
  }

  /// The value of the first line `key : value`.
  private static func field(_ key: String, in path: String) -> String? {
    guard let text = contents(of: path) else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix(key) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      return String(value)
    }
    return nil
  }

  private static func contents(of path: String) -> String? {
    guard let file = unsafe fopen(path, "r") else { return nil }
    defer { unsafe _ = fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = unsafe fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// Writes a file and says whether that went well.
  static func save(_ text: String, to path: String) -> Bool {
    guard let file = unsafe fopen(path, "w") else { return false }
    let bytes = Array(text.utf8)
    let written = unsafe fwrite(bytes, 1, bytes.count, file)
    return unsafe fclose(file) == 0 && written == bytes.count
  }

  /// Prints a line at once, also into a file: a long run should be watched.
  static func printLine(_ text: String) {
    print(text)
    _ = fflush(nil)
  }

  static func printError(_ text: String) {
    let line = Array((text + "\n").utf8)
    unsafe _ = write(STDERR_FILENO, line, line.count)
  }
}
