import Testing

@testable import SluiceCore

@Suite("The memory that a process can take")
struct MachineMemoryTests {
  private static let machine = [
    "/proc/meminfo": "MemTotal:        4096 kB\nMemFree: 10 kB\nSwapTotal:       1024 kB\n",
    "/proc/self/status": "Name:\tx\nVmSize:\t  700 kB\nVmRSS:\t     120 kB\n",
  ]

  private func measured(
    _ files: [String: String], _ limits: [MachineMemory.Limit] = []
  ) -> MachineMemory? {
    MachineMemory.measured(readFile: { files[$0] }, limits: { _ in limits })
  }

  private func machine(and files: [String: String]) -> [String: String] {
    Self.machine.merging(files) { $1 }
  }

  @Test("Without limits it is the machine's, less what the process holds")
  func machineAlone() {
    let memory = measured(Self.machine)
    #expect(memory?.available == (4096 + 1024 - 120) * 1024)
    #expect(memory?.bound == "the machine's 5.0 MiB, swap space included")
    #expect(measured([:]) == nil)
  }

  @Test(
    "A container's limit counts, of either version, its own and those above",
    arguments: [
      [
        "/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/b/memory.max": "max\n",
        "/sys/fs/cgroup/a/memory.max": "1048576\n",
      ],
      ["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "1048576\n"],
      [
        "/proc/self/cgroup": "5:cpu:/x\n4:memory:/x/y\n0::/\n",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes": "1048576",
        "/sys/fs/cgroup/memory/x/y/memory.limit_in_bytes": "9223372036854771712",
      ],
      ["/proc/self/cgroup": "4:cpu,memory:/x\n", "/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "1048576"],
    ])
  func container(files: [String: String]) {
    let memory = measured(machine(and: files))
    #expect(memory?.available == 1_048_576 - 120 * 1024)
    #expect(memory?.bound == "the container's limit of 1.0 MiB (cgroup)")
  }

  @Test("A container without a limit leaves the machine's")
  func noLimit() {
    let files = [
      "/proc/self/cgroup": "4:memory:/\n0::/\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
    ]
    #expect(measured(machine(and: files)) == measured(Self.machine))
  }

  @Test("A limit of the process counts with what it uses of it")
  func processLimit() {
    let limit = MachineMemory.Limit(name: "ulimit -v", bytes: 1 << 20, used: 700 * 1024)
    #expect(measured(Self.machine, [limit])?.available == 324 * 1024)
    #expect(measured(Self.machine, [limit])?.bound == "the process's limit of 1.0 MiB (ulimit -v)")
  }

  @Test("This process has some")
  func current() throws {
    #if os(Linux)
      #expect(try #require(MachineMemory.current).available > 0)
    #endif
  }

  @Test("A plan beyond it is an error that says what was planned, what bounds it and what to do")
  func plan() throws {
    var plan = MemoryPlan()
    plan.add("parameter values", floats: 1 << 18)
    plan.add("activations", floats: 1 << 20)
    let memory = MachineMemory(available: 5 << 20, bound: "the container's limit of 6.0 MiB (cgroup)")
    try plan.check(against: memory, advice: "a smaller --batch")
    try plan.check(against: nil, advice: "")
    plan.add("accumulators", floats: 1)
    let error = #expect(throws: ModelError.self) {
      try plan.check(against: memory, advice: "a smaller --batch")
    }
    #expect(
      error?.description
        == "Planning the memory: expected at most 5.0 MiB, bounded by the container's limit of 6.0 MiB (cgroup), got a plan of "
        + "5.0 MiB (4.0 MiB of activations, 1.0 MiB of parameter values, 4 B of accumulators); try a smaller --batch."
    )
    plan.add("what no machine has", floats: .max)
    #expect(plan.bytes == .max)
    #expect(throws: ModelError.self) { try plan.check(against: memory, advice: "") }
  }
}
