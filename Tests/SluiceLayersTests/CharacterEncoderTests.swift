import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Words from characters")
struct CharacterEncoderTests {
  private static let maps = [3, 18, 5, 33]

  private static func encoder(
    _ maps: [Int] = maps, padded: Int?, in parameters: inout Parameters
  ) throws -> CharacterEncoder {
    try CharacterEncoder(
      characters: 11, embeddingWidth: 6,
      filters: maps.enumerated().map { CharacterFilters(width: $0.offset + 1, maps: $0.element) },
      paddedLength: padded, named: "words", in: &parameters)
  }

  /// PyTorch has the maps before the window's offsets.
  private static func exchanged(_ values: [Double], maps: Int, width: Int) -> [Double] {
    var result = values
    for f in 0..<maps {
      for o in 0..<width {
        for e in 0..<6 { result[(o * maps + f) * 6 + e] = values[(f * width + o) * 6 + e] }
      }
    }
    return result
  }

  @Test(
    "Vectors and every gradient agree with PyTorch's convolutions, with and without padding",
    arguments: KernelTable.available, [false, true])
  func reference(kernels: KernelTable, isPadded: Bool) throws {
    let fixture = try #require(
      try Fixture.cases("language", in: .module)["characters \(isPadded ? "padded" : "bare")"])
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    let encoder = try Self.encoder(padded: isPadded ? 14 : nil, in: &parameters)
    parameters.set("words.embedding", to: fixture["embedding"])
    for (i, maps) in Self.maps.enumerated() {
      let values = Self.exchanged(fixture["filter\(i + 1)"].values, maps: maps, width: i + 1)
      let target = parameters.values(of: encoder.filterWeights[i])
      for (j, value) in values.enumerated() { target[j] = Float(value) }
      parameters.set("words.bias_\(i + 1)", to: fixture["bias\(i + 1)"])
    }
    var words = RaggedIndices()
    var symbols = try #require(fixture.integers["symbols"]).map(Int32.init)[...]
    for length in try #require(fixture.integers["lengths"]) {
      words.append(symbols.prefix(length))
      symbols = symbols.dropFirst(length)
    }
    var tape = Tape(for: parameters, capacity: 1 << 16)
    let y = encoder(words, &tape)
    expectClose(tape.array(y), fixture["y"].values, "vectors")
    tape.backward(from: y, weights: fixture["weights"].floats, into: &parameters)
    expectClose(
      parameters.gradient(of: encoder.embedding).array, fixture["d_embedding"].values, "embedding")
    for (i, maps) in Self.maps.enumerated() {
      expectClose(
        parameters.gradient(of: encoder.filterWeights[i]).array,
        Self.exchanged(fixture["d_filter\(i + 1)"].values, maps: maps, width: i + 1), "filter \(i + 1)")
      expectClose(
        parameters.gradient(of: encoder.biases[i]).array, fixture["d_bias\(i + 1)"].values, "bias \(i + 1)")
    }
  }

  /// The definition, window by window.
  private func readable(
    _ words: RaggedIndices, _ encoder: CharacterEncoder, _ parameters: borrowing Parameters
  )
    -> [Double]
  {
    var result: [Double] = []
    let embedding = parameters.values(of: encoder.embedding)
    for word in 0..<words.count {
      let symbols = Array(words[word])
      for (i, filter) in encoder.filters.enumerated() {
        let weight = parameters.values(of: encoder.filterWeights[i])
        let last = (encoder.paddedLength ?? max(symbols.count, filter.width)) - filter.width
        for f in 0..<filter.maps {
          var largest = -Double.infinity
          for t in 0...last {
            var sum = Double(parameters.values(of: encoder.biases[i])[f])
            for o in 0..<filter.width where t + o < symbols.count {
              for e in 0..<encoder.embeddingWidth {
                sum +=
                  Double(weight[(o * filter.maps + f) * encoder.embeddingWidth + e])
                  * Double(embedding[Int(symbols[t + o]) * encoder.embeddingWidth + e])
              }
            }
            largest = max(largest, sum)
          }
          result.append(tanh(largest))
        }
      }
    }
    return result
  }

  private func someWords(_ count: Int, longest: Int) -> RaggedIndices {
    var words = RaggedIndices()
    for i in 0..<count {
      words.append((0..<1 + i * 7 % longest).map { Int32((i * 5 + $0 * ($0 + 3)) % 11) })
    }
    return words
  }

  @Test(
    "Words of any length have the vectors of the definition", arguments: KernelTable.available,
    [nil, 40, 41, 64])
  func definition(kernels: KernelTable, padded: Int?) throws {
    var parameters = Parameters(seed: 3, engine: Engine(kernels: kernels, threads: 2))
    // The last filters of each width are whole vectors and parts of one, above and below half, of all kernels.
    let encoder = try Self.encoder(Self.maps + [29, 12], padded: padded, in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 18)
    let words = someWords(90, longest: 40)
    expectClose(tape.array(encoder(words, &tape)), readable(words, encoder, parameters), "vectors")
  }

  @Test("What is not a number is not hidden by the windows beside it", arguments: KernelTable.available)
  func notANumber(kernels: KernelTable) throws {
    var parameters = Parameters(seed: 3, engine: Engine(kernels: kernels, threads: 1))
    let encoder = try Self.encoder(Self.maps + [29, 12], padded: nil, in: &parameters)
    parameters.values(of: encoder.embedding)[0] = .nan
    var words = RaggedIndices()
    words.append([1, 2, 0, 3, 4, 5, 6, 7, 8, 9])
    words.append([1, 2, 3])
    var tape = Tape(for: parameters, capacity: 1 << 18)
    let y = encoder(words, &tape)
    #expect(tape.array(y)[..<encoder.width].allSatisfy { $0.isNaN })
    #expect(tape.array(y)[encoder.width...].allSatisfy { $0.isFinite })
    let weights = [Float](repeating: 1, count: 2 * encoder.width)
    tape.backward(from: y, weights: weights, into: &parameters)
    #expect(parameters.gradient(of: encoder.filterWeights[0]).array.allSatisfy { $0.isNaN })
  }

  @Test("A word of ten thousand characters is encoded")
  func longWord() throws {
    var parameters = Parameters(seed: 3)
    let encoder = try Self.encoder(padded: nil, in: &parameters)
    var words = RaggedIndices()
    words.append((0..<10_000).map { Int32($0 * $0 % 11) })
    var tape = Tape(for: parameters, capacity: 1 << 18)
    expectClose(tape.array(encoder(words, &tape)), readable(words, encoder, parameters), "vector")
  }

  @Test("A word has the same vector alone and among others")
  func alone() throws {
    var parameters = Parameters(seed: 3)
    let encoder = try Self.encoder(padded: nil, in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 18)
    let words = someWords(20, longest: 12)
    let all = tape.array(encoder(words, &tape))
    for i in 0..<words.count {
      var one = RaggedIndices()
      one.append(words[i])
      tape.reset()
      #expect(tape.array(encoder(one, &tape)) == Array(all[i * encoder.width..<(i + 1) * encoder.width]))
    }
  }

  @Test("Gradients have the same bits for 1, 2 and 3 threads, and a later step allocates nothing")
  func sameBits() throws {
    let one = try gradients(threads: 1)
    #expect(try gradients(threads: 2) == one)
    #expect(try gradients(threads: 3) == one)
  }

  private func gradients(threads: Int) throws -> [[Float]] {
    var parameters = Parameters(seed: 5, engine: Engine(threads: threads))
    let encoder = try Self.encoder(padded: nil, in: &parameters)
    let words = someWords(60, longest: 15)
    var tape = Tape(for: parameters, capacity: 1 << 18)
    let weights = (0..<60 * encoder.width).map { Float($0 % 13) - 6 }
    for step in 0..<4 {
      let before = sluice_thread_allocation_count()
      tape.reset()
      let y = encoder(words, &tape)
      tape.backward(from: y, weights: weights, into: &parameters)
      if threads == 1, step > 1 { #expect(sluice_thread_allocation_count() == before) }
    }
    return parameters.handles.map { parameters.gradient(of: $0).array }
  }

  @Test("Filters that fit no padded word are refused, as is an encoder without filters")
  func problems() {
    var parameters = Parameters(seed: 1)
    #expect(throws: ModelError.self) { try Self.encoder(padded: 3, in: &parameters) }
    #expect(throws: ModelError.self) {
      try CharacterEncoder(characters: 3, embeddingWidth: 2, filters: [], named: "none", in: &parameters)
    }
  }
}
