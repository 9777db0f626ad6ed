import BenchmarkKit
import Sluice

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Sizes and inputs of the workloads, the same as in `peers/inputs.py`, number by number.
enum Workload {
  /// Elements of an update and of a sweep.
  static let parameters = 10_000_000
  /// A table of which a batch looks up so many rows, often the same, and a linear layer behind it.
  static let tableWidth = 128
  static let tableIDs = 4096
  static let tableOutputs = 32

  /// The ids of batch `number`: their ranks follow Zipf's law (the density falls as 1/rank), and a rank's row
  /// lies anywhere in the table.
  static func zipfIDs(_ number: Int, rows: Int) -> [Int32] {
    (0..<tableIDs).map { i in
      let share = Double(scattered(UInt32(number * tableIDs + i) &+ 0x3000_0000)) * 0x1p-32
      let rank = UInt64(exp(share * log(Double(rows))))
      return Int32(rank * 2_654_435_761 % UInt64(rows))
    }
  }

  /// Different batches that come in turn.
  static let batches = 8
  /// The labels of a classifier.
  static let labels = 10

  /// Symbols, which begin with 1, as characters, which begin with `first`.
  static func text(of symbols: some Sequence<Int32>, from first: Unicode.Scalar) -> String {
    var text = String.UnicodeScalarView()
    for symbol in symbols {
      if let scalar = Unicode.Scalar(first.value + UInt32(symbol) - 1) { text.append(scalar) }
    }
    return String(text)
  }

  /// Text of random symbols for the classifier and the recurrent layer.
  struct Sequences {
    let vocabulary: Int
    let batch: Int
    let shortest: Int
    let longest: Int

    /// Batch `number` of symbols from 1 to `vocabulary` - 1.
    func symbols(_ number: Int) -> RaggedIndices {
      var ragged = RaggedIndices()
      for sequence in 0..<batch {
        let place = UInt32(number * batch + sequence)
        let count = length(number, sequence)
        let values = (0..<count).map { step in
          Int32(1 + scattered(place &* 64 &+ UInt32(step) &+ 0x1000_0000) % UInt32(vocabulary - 1))
        }
        ragged.append(values)
      }
      return ragged
    }

    /// The length of one sequence, uniform from `shortest` to `longest`.
    func length(_ number: Int, _ sequence: Int) -> Int {
      shortest + Int(scattered(UInt32(number * batch + sequence)) % UInt32(longest - shortest + 1))
    }

    /// One label from 0 to 9 for each sequence.
    func labels(_ number: Int) -> [Int32] {
      (0..<batch).map {
        Int32(scattered(UInt32(number * batch + $0) &+ 0x2000_0000) % UInt32(Workload.labels))
      }
    }

    /// The symbols of so many batches as texts that every part of a training has its share of: all batches of the workload are
    /// left to train on.
    func texts(validationShare: Double) -> LabeledTexts {
      let count = Int((Double(Workload.batches) / (1 - validationShare)).rounded(.up))
      var texts: [(label: String, text: String)] = []
      for number in 0..<count {
        let (symbols, labels) = (symbols(number), labels(number))
        for i in 0..<batch { texts.append(("\(labels[i])", Workload.text(of: symbols[i], from: "0"))) }
      }
      return LabeledTexts(texts)
    }

    /// The mean over the batches of the number of symbols in one.
    var meanSymbols: Double {
      let total = (0..<Workload.batches).reduce(0) { sum, number in
        sum + (0..<batch).reduce(0) { $0 + length(number, $1) }
      }
      return Double(total) / Double(Workload.batches)
    }
  }

  /// Floating-point operations of forward and backward of a recurrent layer's products for one step of one
  /// sequence: the gradients of the weights and of the inputs cost as much as the forward each.
  static func recurrentFlops(inputs: Int, units: Int, gates: Double) -> Double {
    3 * 2 * Double(inputs + units) * gates * Double(units)
  }

  static func gruFlops(inputs: Int, units: Int) -> Double {
    recurrentFlops(inputs: inputs, units: units, gates: 3)
  }
}
