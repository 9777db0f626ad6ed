import KernelInterface
import Testing

@testable import SluiceCore

@Suite("What is asked of the processor")
struct ProcessorTests {
  @Test(
    "A slab is half of the second cache, within its limits, and the usual one where the cache is not known")
  func slab() {
    #expect(Processor.slab(ofSecondCache: 512 << 10) == 64 << 10)
    #expect(Processor.slab(ofSecondCache: 1_310_720) == 160 << 10)
    #expect(Processor.slab(ofSecondCache: 0) == ProductKernels.usualSlabFloats)
    #expect(Processor.slab(ofSecondCache: 64 << 10) == ProductKernels.leastSlabFloats)
    #expect(Processor.slab(ofSecondCache: 64 << 20) == ProductKernels.mostSlabFloats)
  }

  @Test("A processor that tells its second cache tells one of a sensible size")
  func cache() {
    let bytes = Processor.secondCache
    #expect(bytes == 0 || 64 << 10 <= bytes && bytes <= 64 << 20)
  }
}

@Suite("Copies by the engine")
struct CopyTests {
  @Test("Every element is copied, and none beyond, whatever the threads", arguments: [1, 2, 3])
  func copies(threads: Int) {
    let engine = Engine(threads: threads)
    for count in [0, 1, 1_000, 1 << 19, 1 << 19 + 37] {
      let arena = Arena<Float>(capacity: 2 * (count + 64), named: "test")
      let x = arena[arena.allocate(count)]
      let room = arena[arena.allocate(count + 32)]
      for i in 0..<count { x[i] = Float(i) }
      room.fill(-1)
      engine.copy(x, into: room[0..<count])
      var wrong = 0
      for i in 0..<count where room[i] != Float(i) { wrong += 1 }
      for i in count..<count + 32 where room[i] != -1 { wrong += 1 }
      #expect(wrong == 0, "\(count) elements on \(threads) threads")
    }
  }
}
