import SluiceCore
import SluiceLayers
import SluiceText

extension SavedLanguageModel {
  /// Text that goes on from a prompt: so many words, with a line end after each sentence.
  ///
  /// - Parameters:
  ///   - temperature: below 1 likely words become likelier.
  ///   - most: only so many of the likeliest words are drawn.
  ///   - seed: another seed draws other words.
  public func sample(
    prompt: String = "", words: Int = 50, temperature: Float = 0.8, most: Int = 40, seed: UInt64 = 1
  ) -> String {
    var text = prompt
    var left = words
    guard left > 0 else { return text }
    sample(
      prompt: Self.tokens(ofPrompt: prompt), temperature: temperature, most: most, seed: seed
    ) { word in
      if word.hasSameCodePoints(as: WordCorpus.end) {
        text += "\n"
      } else {
        let begins = text.unicodeScalars.last.map { $0 == "\n" || $0 == "\r" } ?? true
        text += (begins ? "" : " ") + word
        left -= 1
      }
      return left > 0
    }
    return text
  }

  /// Goes on from `prompt`, word by word of the vocabulary: `body` gets each word drawn from the `most` likeliest, and says whether to go on.
  public func sample(
    prompt: [String], temperature: Float, most: Int, seed: UInt64, _ body: (String) -> Bool
  ) {
    let random = CounterRandom(seed: seed)
    var state = model.body.zeroState(sequences: 1)
    var tape = makeTape()
    var pending = [WordCorpus.end] + prompt
    if let window = model.body.window { pending = pending.suffix(window) }
    var drawn: UInt64 = 0
    while true {
      // A tape has room for one chunk; what comes before the last one lives on in the state.
      while pending.count > Self.chunk, model.body.window == nil {
        _ = read(pending.prefix(Self.chunk), &state, &tape)
        pending.removeFirst(Self.chunk)
      }
      let states = read(pending[...], &state, &tape)
      let last = slice(states, pending.count - 1..<pending.count, &tape)
      var logits = tape.array(model.output.scores(last, &tape))
      // A text has words, and what stands for the others is none; nor are there sentences without one.
      logits[Int(corpus.unknownForm)] = -.infinity
      if pending.last.map({ $0.hasSameCodePoints(as: WordCorpus.end) }) == true {
        logits[Int(corpus.endForm)] = -.infinity
      }
      let best = logits.indices.sorted { (logits[$0], $1) > (logits[$1], $0) }.prefix(most)
      let weights = best.map { Double.init((logits[$0] - logits[best[0]]) / temperature) }.map(exponential)
      var left = Double(random.uniform(drawn)) * weights.reduce(0, +)
      drawn += 1
      var choice = best[0]
      for (id, weight) in zip(best, weights) {
        choice = id
        left -= weight
        if left < 0 { break }
      }
      let word = corpus.spellings[choice]
      // An LSTM's state holds what came before; a transformer reads it again, as far as its window reaches.
      pending = model.body.window.map { (pending + [word]).suffix($0) } ?? [word]
      if !body(word) { return }
    }
  }

  /// The words of a prompt, with an end of sentence where a line with words has ended, as in a text that is trained on.
  package static func tokens(ofPrompt prompt: String) -> [String] {
    var tokens: [String] = []
    var isEnding = false
    let lines = prompt.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" }
    for line in lines {
      if isEnding { tokens.append(WordCorpus.end) }
      let words = WordCorpus.words(of: String(line))
      tokens += words
      isEnding = !words.isEmpty
    }
    return tokens
  }
}
