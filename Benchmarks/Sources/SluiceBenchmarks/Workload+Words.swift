import BenchmarkKit
import Sluice

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Words and running text for the language model.
extension Workload {
  static let streams = 20
  static let steps = 35
  static let words = 10_000
  /// A batch of words to encode.
  static let encodedWords = 1_000
  /// An unknown character, two marks and 48 letters.
  static let characters = 51
  /// The most characters of 100,000 words, marks included; of 10,000 words it is three less.
  static let longestWord = 17

  /// The characters of word number `word`, the two marks included; frequent words are short, none are equal.
  static func spelled(_ word: Int) -> [Int32] {
    let longer = 3 * (String(word).count - 1)
    let count = 3 + Int(scattered(UInt32(word) &+ 0x4000_0000)) % (1 + longer)
    var symbols: [Int32] = [1]
    var places = word
    for place in 0..<count {
      let bits = scattered(UInt32(place) &+ UInt32(32 * word + 0x5000_0000))
      symbols.append(Int32(3 + (place < 3 ? places % 48 : Int(bits % 48))))
      places /= 48
    }
    return symbols + [2]
  }

  /// Batch `number` of running text and the words that follow: the ranks of words by Zipf's law, stream by stream.
  static func runningWords(_ number: Int) -> (words: [Int32], following: [Int32]) {
    func word(_ stream: Int, _ step: Int) -> Int32 {
      let place = UInt32(stream * 0x1_0000 + number * steps + step)
      let share = Double(scattered(place &+ 0x6000_0000)) * 0x1p-32
      // The density falls as 1 / (rank + 3.7).
      return Int32(3.7 * exp(share * log(Double(words) / 3.7 + 1)) - 3.7)
    }
    let places = (0..<streams * steps).map { ($0 / steps, $0 % steps) }
    return (places.map { word($0, $1) }, places.map { word($0, $1 + 1) })
  }

  /// The mean over the batches of the number of different words in one.
  static var meanDistinctWords: Double {
    let total = (0..<batches).reduce(0) { $0 + Set(runningWords($1).words).count }
    return Double(total) / Double(batches)
  }

  /// The running text of all batches to train on, in lines as long as a stream's share of a batch, and a text to validate on that has every word once,
  /// so that all of them can be predicted.
  static var corpus: WordCorpus {
    func line(_ words: some Sequence<Int32>) -> String {
      words.map { text(of: spelled(Int($0)).dropFirst().dropLast(), from: "?") }.joined(separator: " ")
    }
    let running = (0..<batches).map { runningWords($0).words }
    let lines = (0..<streams).flatMap { stream in
      running.map { line($0[stream * steps..<(stream + 1) * steps]) }
    }
    return WordCorpus(
      training: lines, validation: [line((0..<Int32(words)))], vocabulary: .all)
  }
}
