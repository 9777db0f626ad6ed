import Sluice
import Testing

@testable import SluiceCommand

@Suite("Watching a training in the terminal")
struct WatchViewTests {
  private final class Sink { var text = "" }

  private func show(isInteractive: Bool, width: Int, height: Int = 24, times: Int) throws -> String {
    var parameters = Parameters(seed: 1)
    let layer = try Linear(inputs: 2, outputs: 2, named: "a layer with quite a long name", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 10)
    var monitor = FlowMonitor(for: parameters)
    let loss = crossEntropy(layer(tape.input([1, 2], Shape(1, 2)), &tape), [0], &tape)
    monitor.observeForward(tape, loss: tape.scalar(loss))
    tape.backward(from: loss, into: &parameters)
    monitor.observeBackward(tape, parameters)
    monitor.observeUpdate(parameters)
    let sink = Sink()
    var view = WatchView(
      isInteractive: isInteractive, width: width, height: height, usesColor: false, interval: .zero,
      write: { sink.text += $0 })
    for _ in 0..<times { view.show(monitor) }
    return sink.text
  }

  @Test("On a screen the second drawing goes over the first, within the width", arguments: [40, 80])
  func screen(width: Int) throws {
    let once = try show(isInteractive: true, width: width, times: 1)
    let twice = try show(isInteractive: true, width: width, times: 2)
    let lines = once.split(separator: "\n", omittingEmptySubsequences: false).count - 1
    #expect(!once.contains("\u{1B}") && lines > 3)
    #expect(once.split(separator: "\n").allSatisfy { $0.count <= width })
    #expect(twice == once + "\r\u{1B}[\(lines)A\u{1B}[J" + once)
  }

  @Test("What would leave the screen at its top is left out, and said to be", arguments: [1, 2, 3, 4, 5, 6])
  func low(height: Int) throws {
    let twice = try show(isInteractive: true, width: 40, height: height, times: 2)
    let up = try #require(twice.split(separator: "\u{1B}[").dropFirst().first?.dropLast())
    #expect(try #require(Int(up)) < max(height, 3))
    #expect(twice.contains("more lines") && twice.hasPrefix("step 1  loss "))
  }

  @Test("In a file there are plain lines")
  func file() throws {
    let text = try show(isInteractive: false, width: 80, times: 2)
    #expect(text.split(separator: "\n").count == 2)
    #expect(!text.contains("\u{1B}") && text.contains("step 1  loss ") && text.contains("nothing wrong"))
  }
}
