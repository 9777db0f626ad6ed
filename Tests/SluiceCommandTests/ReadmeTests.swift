import Sluice
import TestSupport
import Testing

@Suite("The README")
struct ReadmeTests {
  @Test("The library example compiles, learns, and is the one in the README")
  func example() throws {
    let chart = try trainTitles()
    #expect(chart.contains("gru_hh"))
    let readme = try DocumentExample.document("README.md")
    #expect(readme.contains(try DocumentExample.source("library", file: #filePath)))
  }
}

private func trainTitles() throws -> String {
  // BEGIN library
  let titles = ProgramGuide(seed: 7).texts(600)
  let alphabet = Alphabet(of: titles)
  let examples = LabeledSequences(titles, alphabet: alphabet)

  var parameters = Parameters(seed: 7)
  let embedding = try Embedding(rows: alphabet.count, width: 32, named: "embedding", in: &parameters)
  let gru = try GRU(inputs: 32, units: 64, named: "gru", in: &parameters)
  let output = try Linear(
    inputs: 64, outputs: titles.labelNames.count, named: "output", in: &parameters)

  var tape = Tape(for: parameters)
  var optimizer = try Optimizer(.smorms3(learningRate: 0.0025), for: parameters)
  var flow = GradientFlow(for: parameters)

  for epoch in 1...3 {
    for batch in examples.batches(of: 32, shuffledBy: 7, epoch: epoch) {
      tape.reset()
      let letters = embedding(batch.symbols, &tape)
      let summary = gru(letters, &tape).final
      let loss = crossEntropy(output(summary, &tape), batch.labels, &tape)
      tape.backward(from: loss, into: &parameters)
      flow.observe(parameters)
      optimizer.step(&parameters)
    }
  }
  print(flow.chart().terminal())
  // END library
  return flow.chart().terminal()
}
