import SluiceCore
import SluiceLayers
import SluiceText

extension SavedLanguageModel {
  /// The vectors of words, one after the other. A model with a table gives words outside its vocabulary that of `<unk>`.
  public func vectors(of words: [String]) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(words.count * width)
    var tape = makeTape()
    for start in stride(from: 0, to: words.count, by: Self.chunk) {
      let block = Array(words[start..<min(start + Self.chunk, words.count)])
      let ids = block.map { corpus.form(of: $0) ?? corpus.unknownForm }
      result += vectors(of: block, ids, &tape)
    }
    return result
  }

  /// The mean loss of a word of `tokens`, read as one stream, the first word predicted by none. In nats. A transformer sees nothing
  /// before the window it reads, of as many words as in training.
  ///
  /// - Parameter goesOn: asked between batches; once it says no, the measuring ends with nil.
  public func loss(
    _ corpus: WordCorpus, _ tokens: [Int32], while goesOn: () -> Bool = { true }
  ) -> Double? {
    var total = 0.0
    let isWhole = readStream(corpus, tokens, while: goesOn) { states, labels, tape in
      total += Double(tape.scalar(model.output.loss(states, labels: labels, &tape)))
    }
    guard isWhole else { return nil }
    return total / Double(max(tokens.count - 1, 1))
  }

  /// Predicts each word of `tokens` but the first, read as one stream: `body` gets the probability of the likeliest word and whether it
  /// is the one that follows.
  ///
  /// - Returns: false if `goesOn`, asked between batches, has said no.
  package func predict(
    _ corpus: WordCorpus, _ tokens: [Int32], while goesOn: () -> Bool, _ body: (Float, Bool) -> Void
  ) -> Bool {
    readStream(corpus, tokens, while: goesOn) { states, labels, tape in
      let scores = tape.values(of: model.output.scores(states, &tape))
      let width = scores.count / max(labels.count, 1)
      for (i, label) in labels.enumerated() {
        let row = scores[i * width..<(i + 1) * width]
        engine.softmax(row, width: width, into: row)
        let best = row.indexOfMaximum
        body(row[best], best == Int(label))
      }
    }
  }

  /// Reads tokens as one stream, as many at a time as suits: `body` gets the states after them and the words that follow.
  private func readStream(
    _ corpus: WordCorpus, _ tokens: [Int32], while goesOn: () -> Bool,
    _ body: (Tensor, [Int32], inout Tape) -> Void
  ) -> Bool {
    var cache = [Float](repeating: 0, count: corpus.spellings.count * width)
    var isKnown = [Bool](repeating: false, count: corpus.spellings.count)
    var state = model.body.zeroState(sequences: 1)
    var tape = makeTape()
    let chunk = model.body.window ?? Self.chunk
    for start in stride(from: 0, to: tokens.count - 1, by: chunk) {
      guard goesOn() else { return false }
      let inputs = Array(tokens[start..<min(start + chunk, tokens.count - 1)])
      let new = Array(Set(inputs.filter { !isKnown[Int($0)] })).sorted()
      if !new.isEmpty {
        let found = vectors(
          of: new.map { corpus.spellings[Int($0)] }, new.map { corpus.target(of: $0) }, &tape)
        for (i, form) in new.enumerated() {
          isKnown[Int(form)] = true
          let target = Int(form) * width
          for j in 0..<width { cache[target + j] = found[i * width + j] }
        }
      }
      var values: [Float] = []
      tape.reset()
      for form in inputs { values += cache[Int(form) * width..<(Int(form) + 1) * width] }
      let states = model.body(
        tape.input(values, Shape(inputs.count, width)),
        tape.makeSequences(offsets: [0, Int32(inputs.count)]), from: state, to: &state, &tape)
      let labels = (start + 1...start + inputs.count).map { corpus.target(of: tokens[$0]) }
      body(states, labels, &tape)
    }
    return true
  }
}
