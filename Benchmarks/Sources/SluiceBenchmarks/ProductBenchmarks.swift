import BenchmarkKit
import Sluice

/// One product `C = A·B`, A [m, k] and B [k, n], and whether each lies transposed in memory.
struct ProductCase {
  let name: String
  let m: Int
  let k: Int
  let n: Int
  let turnsA: Bool
  let turnsB: Bool
  /// Which operands have zeros for half of their elements, as after dropout.
  let dropsA: Bool
  let dropsB: Bool

  init(
    _ name: String, _ m: Int, _ k: Int, _ n: Int, turnsA: Bool = false, turnsB: Bool = false,
    dropsA: Bool = false, dropsB: Bool = false
  ) {
    self.name = name
    self.m = m
    self.k = k
    self.n = n
    self.turnsA = turnsA
    self.turnsB = turnsB
    self.dropsA = dropsA
    self.dropsB = dropsB
  }

  /// The products of a language model's softmax layer there and back, the same after
  /// dropout, of recurrent steps, of a linear layer over a table, and squares.
  static let all = [
    ProductCase("softmax NN 700x300x10000", 700, 300, 10_000),
    ProductCase("softmax NT 700x300x10000", 700, 300, 10_000, turnsB: true),
    ProductCase("softmax dX NN 700x10000x300", 700, 10_000, 300),
    ProductCase("softmax dW TN 10000x700x300", 10_000, 700, 300, turnsA: true),
    ProductCase("dropped NT 700x300x10000", 700, 300, 10_000, turnsB: true, dropsA: true),
    ProductCase("dropped dW TN 10000x700x300", 10_000, 700, 300, turnsA: true, dropsB: true),
    ProductCase("lstm NT 20x300x1200", 20, 300, 1_200, turnsB: true),
    ProductCase("gru NT 64x128x384", 64, 128, 384, turnsB: true),
    ProductCase("table NN 4096x128x32", 4_096, 128, 32),
    ProductCase("table dX NT 4096x32x128", 4_096, 32, 128, turnsB: true),
    ProductCase("table dW TN 128x4096x32", 128, 4_096, 32, turnsA: true),
    ProductCase("square 512", 512, 512, 512),
    ProductCase("square 1024", 1_024, 1_024, 1_024),
  ]
}

func productBenchmarks() -> [Benchmark] {
  ProductCase.all.map { shape in
    Benchmark("gemm/\(shape.name)", work: Work(flops: 2 * Double(shape.m * shape.k * shape.n))) { setting in
      func matrix(_ rows: Int, _ columns: Int, _ isTurned: Bool, _ isDropped: Bool, seed: Int) -> Matrix {
        let floats = setting.floats(rows * columns, seed: seed, areDropped: isDropped)
        return isTurned
          ? Matrix(floats, rows: columns, columns: rows).transposed
          : Matrix(floats, rows: rows, columns: columns)
      }
      let sides = (1...3).map { matrix(shape.m, shape.k, shape.turnsA, shape.dropsA, seed: $0) }
      let b = matrix(shape.k, shape.n, shape.turnsB, shape.dropsB, seed: 4)
      let c = Matrix(setting.floats(shape.m * shape.n), rows: shape.m, columns: shape.n)
      let engine = setting.engine
      return { number in engine.multiply(sides[number % 3], b, into: c) }
    }
  }
}
