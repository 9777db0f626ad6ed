// swift-tools-version: 6.2
import PackageDescription

// Every target is built under strict memory safety. Outside the kernels an unmarked unsafe expression
// is an error, so a reader finds every place that could corrupt memory by searching for `unsafe`.
let safe: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatWarning("StrictMemorySafety", as: .error),
]

// The kernels are one folder of sources, compiled once for each instruction set. `-Ounchecked` is set
// here and not by configuration so that a debug build, and with it `swift test`, runs at full speed.
// Without `-fno-math-errno` a square root is a branch and a call for each element.
func kernels(_ defines: [String], flags: [String]) -> [SwiftSetting] {
  let importer = (["-fno-math-errno"] + flags).flatMap { ["-Xcc", $0] }
  return defines.map { .define($0) }
    + [.unsafeFlags(["-Ounchecked", "-wmo", "-num-threads", "2", "-disable-batch-mode"] + importer)]
}

var targets: [Target] = [
  // MARK: Kernels
  .target(name: "CPUFeatures"),
  .target(name: "KernelInterface", swiftSettings: safe),
  .target(
    name: "Kernels", dependencies: ["CPUFeatures", "KernelInterface"], swiftSettings: kernels([], flags: [])),
]
var kernelVariants: [Target.Dependency] = ["Kernels"]

#if arch(x86_64)
  targets += [
    .target(
      name: "KernelsAVX2", dependencies: ["CPUFeatures", "KernelInterface"],
      swiftSettings: kernels(["AVX2"], flags: ["-march=x86-64-v3"])),
    .target(
      name: "KernelsAVX512", dependencies: ["CPUFeatures", "KernelInterface"],
      swiftSettings: kernels(["AVX512"], flags: ["-march=x86-64-v4", "-mprefer-vector-width=512"])),
  ]
  kernelVariants += ["KernelsAVX2", "KernelsAVX512"]
#endif

targets += [
  // MARK: Library
  .target(name: "CLibrary", swiftSettings: safe),
  .target(
    name: "SluiceCore", dependencies: ["CLibrary", "CPUFeatures", "KernelInterface"] + kernelVariants,
    swiftSettings: safe),
  .target(name: "SluiceLayers", dependencies: ["CLibrary", "SluiceCore"], swiftSettings: safe),
  .target(name: "SluiceOptimizers", dependencies: ["SluiceCore"], swiftSettings: safe),
  .target(name: "SluiceProcesses", dependencies: ["CLibrary", "SluiceCore"], swiftSettings: safe),
  .target(name: "SluiceFlow", dependencies: ["CLibrary", "SluiceCore"], swiftSettings: safe),
  .target(name: "SluiceStorage", dependencies: ["CLibrary", "SluiceCore"], swiftSettings: safe),
  .target(
    name: "SluiceText", dependencies: ["CLibrary", "SluiceCore", "SluiceStorage"], swiftSettings: safe),
  .target(
    name: "SluiceModels", dependencies: ["SluiceCore", "SluiceLayers", "SluiceText", "SluiceStorage"],
    swiftSettings: safe),
  .target(
    name: "SluiceTraining",
    dependencies: [
      "SluiceCore", "SluiceLayers", "SluiceOptimizers", "SluiceProcesses", "SluiceFlow", "SluiceText",
      "SluiceStorage", "SluiceModels",
    ], swiftSettings: safe),
  .target(
    name: "SluiceReport", dependencies: ["SluiceCore", "SluiceFlow", "SluiceStorage"], swiftSettings: safe),
  .target(
    name: "SluiceExport",
    dependencies: ["SluiceCore", "SluiceLayers", "SluiceText", "SluiceStorage", "SluiceModels"],
    swiftSettings: safe),
  .target(
    name: "Sluice",
    dependencies: [
      "SluiceCore", "SluiceLayers", "SluiceOptimizers", "SluiceProcesses", "SluiceFlow", "SluiceText",
      "SluiceStorage", "SluiceModels", "SluiceTraining", "SluiceReport", "SluiceExport",
    ], swiftSettings: safe),

  // MARK: Interface of C
  .target(name: "SluiceHeader"),
  .target(
    name: "SluiceInterface", dependencies: ["CLibrary", "Sluice", "SluiceHeader"], swiftSettings: safe,
    linkerSettings: [.unsafeFlags(["-Xlinker", "-soname=libsluice.so"], .when(platforms: [.linux]))]),

  // MARK: Command line
  .target(name: "RefusedMemory"),
  .target(name: "ProgramArguments"),
  .executableTarget(
    name: "SluiceCommand", dependencies: ["CLibrary", "Sluice", "RefusedMemory", "ProgramArguments"],
    swiftSettings: safe),

  // MARK: Tests
  .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
  .target(name: "TestSupport", dependencies: ["Sluice"], path: "Tests/Support", swiftSettings: safe),
]
for name in [
  "Core", "Layers", "Optimizers", "Processes", "Flow", "Text", "Storage", "Models", "Training", "Report",
  "Export",
  "Command",
] {
  targets.append(
    .testTarget(
      name: "Sluice\(name)Tests",
      dependencies: ["Sluice", .byName(name: "Sluice\(name)"), "TestSupport", "AllocationCounter"],
      resources: ["Layers", "Optimizers", "Flow", "Storage", "Training"].contains(name)
        ? [.copy("Fixtures")] : [],
      swiftSettings: safe))
}
// The bench of faults sees what a program of somebody else sees.
targets.append(
  .executableTarget(
    name: "fault-bench", dependencies: ["Sluice"], path: "Tests/FaultBench", packageAccess: false,
    swiftSettings: safe))
targets.append(
  .testTarget(name: "FaultBenchTests", dependencies: ["Sluice", "fault-bench"], swiftSettings: safe))
// What messages between processes take: started by a launcher of MPI.
targets.append(
  .executableTarget(
    name: "message-bench", dependencies: ["Sluice"], path: "Tests/MessageBench", swiftSettings: safe))
// Programs of others: they see what a package outside this one sees, and not what is `package`.
targets.append(
  .testTarget(
    name: "OutsideTests", dependencies: ["Sluice", "TestSupport", "AllocationCounter"],
    exclude: ["FromPyTorch/Fixtures"], packageAccess: false, swiftSettings: safe))
targets.append(
  .testTarget(
    name: "KernelsTests", dependencies: ["SluiceCore", "KernelInterface", "TestSupport"],
    swiftSettings: safe))

let package = Package(
  name: "sluice",
  products: [
    .library(name: "Sluice", targets: ["Sluice"]),
    .library(name: "SluiceC", type: .dynamic, targets: ["SluiceInterface"]),
    .executable(name: "sluice", targets: ["SluiceCommand"]),
  ],
  targets: targets,
  swiftLanguageModes: [.v6]
)
