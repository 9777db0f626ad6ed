import Foundation
import KernelInterface
import Testing

@testable import SluiceCore

@Suite("What more threads are worth by the model of a product's cost")
struct ProductGridTests {
  /// What a thread computes in a microsecond, and what it takes to hand a task over to others and to meet again.
  private static let productsEach = 75_000.0
  private static let meeting = 1.0
  private static let threads = [1, 2, 4, 8, 16]

  private static let cases: [(name: String, rows: Int, depth: Int, columns: Int, turnsB: Bool)] = [
    ("20 × 300 × 1,200, B transposed", 20, 300, 1_200, true),
    ("64 × 128 × 384, B transposed", 64, 128, 384, true),
    ("4,096 × 128 × 32", 4_096, 128, 32, false), ("512 × 512 × 512", 512, 512, 512, false),
    ("700 × 300 × 10,000", 700, 300, 10_000, false), ("1,024 × 1,024 × 1,024", 1_024, 1_024, 1_024, false),
  ]

  /// How many times as fast a product is on so many threads as on one.
  private static func speedUps(
    _ rows: Int, _ depth: Int, _ columns: Int, turnsB: Bool, meeting: Double, _ kernels: ProductKernels
  ) -> [Double] {
    let arena = Arena<Float>(
      capacity: rows * depth + depth * columns + rows * columns + 64, named: "operands, never touched")
    func matrix(_ rows: Int, _ columns: Int) -> Matrix {
      Matrix(arena[arena.allocate(rows * columns)], rows: rows, columns: columns)
    }
    let shape = ProductShape(
      matrix(rows, depth), turnsB ? matrix(columns, depth).transposed : matrix(depth, columns),
      matrix(rows, columns), false, nil)
    func time(_ threads: Int) -> Double {
      let grid = ProductGrid(shape, threads: threads, isWatchful: false, kernels)
      let cost = ProductGrid.cost(
        shape, rowParts: grid.rowParts, columnParts: grid.columnParts, threads: threads, kernels)
      return Double(cost * depth) / productsEach + (grid.parts > 1 ? meeting : 0)
    }
    return threads.map { time(1) / time($0) }
  }

  @Test(
    "No product is slower on more threads, large ones share well, whatever it takes to meet",
    arguments: [0.5, 1, 4])
  func speedUps(meeting: Double) {
    for kernels in KernelTable.available {
      for product in Self.cases {
        let found = Self.speedUps(
          product.rows, product.depth, product.columns, turnsB: product.turnsB, meeting: meeting,
          kernels.product)
        for (fewer, more) in zip(found, found.dropFirst()) {
          #expect(more >= 0.95 * fewer, "\(product.name), \(kernels.instructionSet): \(found)")
        }
        if product.rows * product.depth * product.columns > 500_000_000 {
          #expect(found[4] > 11, "\(product.name), \(kernels.instructionSet): \(found)")
        }
      }
    }
  }

  @Test(
    "The table of the guide", .enabled(if: ProcessInfo.processInfo.environment["SLUICE_THREAD_TABLE"] != nil))
  func table() {
    guard let kernels = KernelTable.available.last else { return }
    print("| product | \(Self.threads.map(String.init).joined(separator: " | ")) |")
    for product in Self.cases {
      let found = Self.speedUps(
        product.rows, product.depth, product.columns, turnsB: product.turnsB, meeting: Self.meeting,
        kernels.product)
      print("| \(product.name) | \(found.map { String(format: "%.1f", $0) }.joined(separator: " | ")) |")
    }
  }
}
