// swift-tools-version: 6.2
import PackageDescription

let safe: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatWarning("StrictMemorySafety", as: .error),
]

let package = Package(
  name: "sluice-benchmarks",
  products: [
    .executable(name: "sluice-benchmarks", targets: ["SluiceBenchmarks"]),
    .executable(name: "export-samples", targets: ["ExportSamples"]),
  ],
  dependencies: [.package(name: "sluice", path: "..")],
  targets: [
    // The sources of the counter that the tests use, by symbolic link: a target of the root package that
    // is in no product of it cannot be named here.
    .target(name: "AllocationCount"),
    .target(name: "PeakLoops"),
    .target(
      name: "BenchmarkKit",
      dependencies: ["AllocationCount", "PeakLoops", .product(name: "Sluice", package: "sluice")],
      swiftSettings: safe),
    .executableTarget(
      name: "SluiceBenchmarks",
      dependencies: ["BenchmarkKit", .product(name: "Sluice", package: "sluice")],
      swiftSettings: safe),
    // Exported models with the answers of Sluice, for peers/exports.py.
    .executableTarget(
      name: "ExportSamples", dependencies: [.product(name: "Sluice", package: "sluice")],
      swiftSettings: safe),
  ],
  swiftLanguageModes: [.v6]
)
