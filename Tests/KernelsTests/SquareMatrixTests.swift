import KernelInterface
import SluiceCore
import Testing

@Suite("Square matrices and their transposes")
struct SquareMatrixTests {
  static let counts = [1, 2, 15, 16, 17, 31, 32, 33, 48, 67, 100]

  @Test(
    "A mirrored matrix has its upper half below, a symmetrized one the sum of both halves; every cut of the rows does",
    arguments: KernelTable.available, counts)
  func agreement(table: KernelTable, count: Int) {
    var numbers = TestNumbers(seed: UInt64(count))
    let original = numbers.array(count * count)
    for part in [count, 16, 13] {
      var memory = KernelMemory()
      let mirrored = memory.vector(original, offset: 3)
      let summed = memory.vector(original, offset: 5)
      for first in stride(from: 0, to: count, by: part) {
        let last = min(first + part, count)
        unsafe table.loss.mirror(mirrored.pointer, count, first, last)
        unsafe table.loss.symmetrize(summed.pointer, count, first, last)
      }
      for i in 0..<count {
        for j in 0..<count {
          #expect(mirrored[i * count + j] == original[min(i, j) * count + max(i, j)])
          #expect(summed[i * count + j] == original[i * count + j] + original[j * count + i])
        }
      }
      #expect(memory.guardsIntact)
    }
  }
}
