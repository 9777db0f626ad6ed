#if os(Linux)
  import Foundation
  import Sluice
  import Testing

  /// In processes of their own, since a limit holds for a whole process.
  @Suite("A limited address space")
  struct LimitedMemoryTests {
    private static func limit(_ bytes: UInt) {
      var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
      guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { exit(9) }
    }

    @Test(
      "A tape of its own choice fits, and leaves room for the rest",
      arguments: [4_096_000_000, 1_500_000_000])
    func fits(bytes: Int) async {
      await #expect(processExitsWith: .exitCode(3)) { [bytes = bytes as Int] in
        var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
        let layer = try Linear(inputs: 8, outputs: 8, named: "layer", in: &parameters)
        LimitedMemoryTests.limit(UInt(bytes))
        var tapes = [TapeBox(parameters), TapeBox(parameters)]
        for box in tapes {
          let x = box.tape.input([Float](repeating: 1, count: 800), Shape(100, 8))
          box.tape.backward(from: sum(layer(x, &box.tape), &box.tape), into: &parameters)
        }
        tapes.removeAll()
        exit(3)
      }
    }

    @Test("A capacity that is refused says how much was asked for and what to do")
    func refused() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let parameters = Parameters(seed: 1, engine: Engine(threads: 1))
        LimitedMemoryTests.limit(4_096_000_000)
        _ = Tape(for: parameters, capacity: 1 << 30)
      }
      let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      #expect(text.contains("activation arena for 1073741824 floats: expected 4.0 GiB"), "\(text)")
      #expect(text.contains("smaller capacity") && text.contains("ulimit -v"), "\(text)")
    }
  }

  /// A tape that an array can hold.
  private final class TapeBox {
    var tape: Tape
    init(_ parameters: borrowing Parameters) { tape = Tape(for: parameters) }
  }
#endif
