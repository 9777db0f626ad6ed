import KernelInterface
import SluiceCore
import Testing

@Suite("Distances between neighbors")
struct NeighborDistancesTests {
  @Test(
    "Distances of which each is measured once have the bits of those measured twice, for 1, 2 and 3 threads",
    arguments: KernelTable.available, [1, 2, 16, 31, 33, 130, 200])
  func pairs(kernels: KernelTable, count: Int) {
    let width = 5
    let arena = Arena<Float>(capacity: 1 << 18, named: "test")
    let random = CounterRandom(seed: UInt64(count))
    let points = arena[arena.allocate(count * width)]
    for i in 0..<points.count { points[i] = random.normal(UInt64(i)) }
    let expected = arena[arena.allocate(count * count)]
    let distances = arena[arena.allocate(count * count)]
    for threads in 1...3 {
      let engine = Engine(kernels: kernels, threads: threads)
      let packed = engine.packedMatrix(
        in: arena[arena.allocate(engine.packedCount(rows: width, columns: count))], rows: width,
        columns: count)
      engine.pack(Matrix(points, rows: count, columns: width).transposed, into: packed)
      engine.squaredDistances(points, to: packed, into: expected)
      distances.fill(.nan)
      engine.squaredDistances(among: points, points: packed, into: distances)
      #expect(distances.array == expected.array)
      for i in 0..<count {
        for j in 0..<count {
          var sum = 0.0
          for k in 0..<width {
            let difference = Double(points[i * width + k] - points[j * width + k])
            sum += difference * difference
          }
          #expect(abs(Double(distances[i * count + j]) - sum) <= 1e-6 * sum)
        }
      }
    }
  }
}
