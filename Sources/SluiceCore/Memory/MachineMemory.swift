import CLibrary

/// How much memory this process can come to hold, and what sets the bound: the machine, the container it runs in, or a
/// limit of the shell.
///
/// Files are those of Linux; elsewhere the machine's memory and the limits of the process are known.
public struct MachineMemory: Sendable, Equatable {
  /// The bytes that can still be taken.
  public let available: Int
  /// What bounds them, to follow "by": `the container's limit of 2.0 GiB`.
  public let bound: String

  /// What this process can take now; nil where the system does not say.
  public static var current: MachineMemory? { measured(readFile: contents(of:), limits: limits) }

  /// A limit of the process on its own memory and what of it is in use already.
  struct Limit {
    let name: String
    let bytes: Int
    let used: Int
  }

  /// The least that the machine, the container and the process's limits leave.
  static func measured(readFile: (String) -> String?, limits: (String?) -> [Limit]) -> MachineMemory? {
    let status = readFile("/proc/self/status")
    let resident = kibibytes("VmRSS", in: status) ?? 0
    var bounds: [MachineMemory] = []
    if let total = machineTotal(readFile("/proc/meminfo")) {
      bounds.append(
        MachineMemory(
          available: max(total - resident, 0),
          bound: "the machine's \(MemoryPlan.readable(total)), swap space included"))
    }
    if let limit = containerLimit(readFile) {
      bounds.append(
        MachineMemory(
          available: max(limit - resident, 0),
          bound: "the container's limit of \(MemoryPlan.readable(limit)) (cgroup)"))
    }
    for limit in limits(status) {
      bounds.append(
        MachineMemory(
          available: max(limit.bytes - limit.used, 0),
          bound: "the process's limit of \(MemoryPlan.readable(limit.bytes)) (\(limit.name))"))
    }
    return bounds.min { $0.available < $1.available }
  }

  /// Memory and swap space.
  private static func machineTotal(_ information: String?) -> Int? {
    if let total = kibibytes("MemTotal", in: information) {
      return total + (kibibytes("SwapTotal", in: information) ?? 0)
    }
    #if canImport(Darwin)
      let (pages, size) = (sysconf(_SC_PHYS_PAGES), sysconf(_SC_PAGESIZE))
      return pages > 0 && size > 0 ? pages * size : nil
    #else
      return nil
    #endif
  }

  /// The least limit of the groups that the process is in, of either version; nil where there is none.
  ///
  /// A container often sees its own group as the root, so both the path that the kernel names and those above it count.
  static func containerLimit(_ readFile: (String) -> String?) -> Int? {
    var least: Int?
    for line in (readFile("/proc/self/cgroup") ?? "").split(separator: "\n") {
      // A line is number:controllers:path, of version 2 with number 0 and no controllers.
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isUnified = parts[1].isEmpty
      guard isUnified || parts[1].split(separator: ",").contains("memory") else { continue }
      let root = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
      let file = isUnified ? "memory.max" : "memory.limit_in_bytes"
      var names = parts[2].split(separator: "/").map(String.init)
      while true {
        let path = ([root] + names + [file]).joined(separator: "/")
        if let text = readFile(path), let limit = Int(text.filter { !$0.isWhitespace }),
          // Without a limit version 1 says the largest number of whole pages.
          limit < Int.max / 2
        {
          least = min(least ?? limit, limit)
        }
        if names.isEmpty { break }
        names.removeLast()
      }
    }
    return least
  }

  /// The number after `name:` in a file of lines `name: number kB`, in bytes.
  private static func kibibytes(_ name: String, in text: String?) -> Int? {
    guard let line = text?.split(separator: "\n").first(where: { $0.hasPrefix(name + ":") }) else {
      return nil
    }
    let words = line.dropFirst(name.count + 1).split(whereSeparator: \.isWhitespace)
    return words.first.flatMap { Int($0) }.map { $0 * 1024 }
  }

  /// What `ulimit` has set, with what is used of it.
  private static func limits(_ status: String?) -> [Limit] {
    var limits: [Limit] = []
    #if canImport(Glibc)
      let kinds = [(RLIMIT_AS, "VmSize", "ulimit -v"), (RLIMIT_DATA, "VmData", "ulimit -d")]
      for (kind, field, name) in kinds {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(kind.rawValue), &limit) == 0,
          limit.rlim_cur < UInt(Int.max)
        else { continue }
        limits.append(
          Limit(name: name, bytes: Int(limit.rlim_cur), used: kibibytes(field, in: status) ?? 0))
      }
    #endif
    return limits
  }

  /// The text of a file of the kernel, of which only the beginning is read.
  private static func contents(of path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { _ = close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    var count = 0
    while count < bytes.count {
      let got = unsafe bytes.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress! + count, $0.count - count)
      }
      if got <= 0 { break }
      count += got
    }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
