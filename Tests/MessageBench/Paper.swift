import SluiceCore
import SluiceProcesses

/// A model as it counts on paper.
struct PaperModel {
  let name: String
  /// Bytes of dense gradients.
  let dense: Int
  /// Bytes of the rows that occur in the batch of one process.
  let rows: Int
  /// Bytes of all rows that there are.
  let tables: Int
  /// Seconds of a step of one process.
  let seconds: Double

  init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 5, let dense = Int(parts[1]), let rows = Int(parts[2]), let tables = Int(parts[3]),
      let seconds = Double(parts[4]), dense > 0, rows >= 0, tables >= 0, seconds > 0
    else { return nil }
    (name, self.dense, self.rows, self.tables) = (String(parts[0]), dense, rows, tables)
    self.seconds = seconds
  }
}

/// A network by what is said of its kind.
struct PaperNetwork {
  let name: String
  /// Bytes a second.
  let rate: Double
  /// Seconds until a byte arrives.
  let latency: Double

  static let all = [
    // TCP of the kernel over Ethernet; remote access to memory over InfiniBand or Ethernet.
    PaperNetwork(name: "10 Gbit/s", rate: 10e9 / 8, latency: 30e-6),
    PaperNetwork(name: "100 Gbit/s", rate: 100e9 / 8, latency: 3e-6),
  ]
}

/// What was measured on one machine, where no network is in between.
struct PaperCosts {
  /// Seconds of the shortest message: what the library takes.
  let message: Double
  /// Seconds of a byte of a long one: copying.
  let byte: Double
  /// Seconds to add an element.
  let addition: Double

  init(_ messages: [MessageTime], addition: Double) {
    message = messages[0].trade
    byte = messages[messages.count - 1].trade / Double(messages[messages.count - 1].bytes)
    self.addition = addition
  }

  /// Seconds that a step of so many processes, a power of two, exchanges.
  func exchange(_ model: PaperModel, _ processes: Int, _ network: PaperNetwork) -> Double {
    let levels = processes.trailingZeroBitCount
    let latency = message + network.latency
    let byte = byte + 1 / network.rate
    var seconds = 0.0
    for level in 0..<levels {
      // Halves up and down again.
      let half = Double(model.dense >> (level + 1))
      let messages = (half / Double(4 * GradientSum.pieceCount)).rounded(.up)
      seconds += 2 * (messages * latency + half * byte) + half / 4 * addition
      // Rows up the tree, of ever more processes: counts, ids, gradients.
      guard model.rows > 0 else { continue }
      seconds += 3 * latency + Double(min(model.rows << level, model.tables)) * byte
    }
    if model.rows > 0 {
      // To all, in pieces that are passed on: about twice the time of one message.
      let all = Double(min(model.rows * processes, model.tables))
      seconds += 3 * Double(levels) * latency + 2 * all * byte
    }
    // What is done next, and the losses of the shards.
    return seconds + 2 * Double(levels) * latency
  }
}

func figure(_ value: Double) -> String { fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0) }

func printMessages(_ times: [MessageTime]) {
  print("| bytes | one way, µs | both ways at once, µs | GB/s each way |")
  print("| ---: | ---: | ---: | ---: |")
  for time in times {
    print(
      "| \(grouped(time.bytes)) | \(figure(time.oneWay * 1e6)) | \(figure(time.trade * 1e6)) | \(figure(Double(time.bytes) / time.trade / 1e9)) |"
    )
  }
}

func printSums(_ models: [PaperModel], _ seconds: [Double]) {
  print("\n| model | dense gradients, bytes | two processes add them up, ms | of a step of one process |")
  print("| --- | ---: | ---: | ---: |")
  for (model, sum) in zip(models, seconds) {
    print(
      "| \(model.name) | \(grouped(model.dense)) | \(figure(sum * 1e3)) | \(fixed(100 * sum / model.seconds, 1)) % |"
    )
  }
}

/// Steps of 64 processes of eight threads, four times as fast as one of two threads by itself.
func printPaper(_ models: [PaperModel], _ costs: PaperCosts) {
  print("\n| model | a step computes, ms |", terminator: "")
  for network in PaperNetwork.all { print(" \(network.name): exchanges, ms | of 64 |", terminator: "") }
  print("\n| --- | ---: |" + String(repeating: " ---: | ---: |", count: PaperNetwork.all.count))
  for model in models {
    let step = model.seconds / 4
    var line = "| \(model.name) | \(figure(step * 1e3)) |"
    for network in PaperNetwork.all {
      let exchange = costs.exchange(model, 64, network)
      line += " \(figure(exchange * 1e3)) | \(fixed(64 * step / (step + exchange), 0)) |"
    }
    print(line)
  }
}
