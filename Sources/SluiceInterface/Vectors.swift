import Sluice
import SluiceHeader

// The functions of `sluice.h` that ask for vectors and for near words. What they do is said there.

extension OpenModel {
  /// The elements of a word's vector.
  func vectorWidth() throws(Failure) -> Int {
    switch kind {
    case .stems(let model): model.use { $0.description.settings.width }
    case .languageModel(let model): model.use { $0.width }
    case .classifier: throw wrongKind("a model of stems or a language model")
    }
  }

  /// The vectors of words, one after the other.
  fileprivate func vectors(of words: [String]) throws(Failure) -> [Float] {
    switch kind {
    case .stems(let model): model.use { $0.vectors(of: words).rows }
    case .languageModel(let model): model.use { $0.vectors(of: words) }
    case .classifier: throw wrongKind("a model of stems or a language model")
    }
  }

  /// The words nearest to one.
  fileprivate func nearest(to word: String, count: Int) throws(Failure) -> [NearWord] {
    switch kind {
    case .stems(let model): return model.use { $0.nearest(to: word, count: count) }
    case .languageModel(let model):
      return try model.use { (model) throws(Failure) in
        guard model.knows(word) else {
          throw Failure(
            SLUICE_TEXT,
            "expected a word of the training text, found \(ScreenText.quoted(word)): the model reads no others"
          )
        }
        return model.nearest(to: word, count: count)
      }
    case .classifier: throw wrongKind("a model of stems or a language model")
    }
  }
}

@c @implementation
public func sluice_vectors(
  _ model: sluice_model, _ words: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int>?,
  _ count: Int,
  _ values: UnsafeMutablePointer<Float>?
) -> sluice_status {
  answering {
    let model = try open(model)
    _ = try model.vectorWidth()
    guard count != 0 else { return }
    let target = try unsafe place(values, "values")
    let words = try unsafe texts(words, lengths, count, "words", limit: model.textLimit)
    for (i, value) in try model.vectors(of: words).enumerated() { unsafe target[i] = value }
  }
}

@c @implementation
public func sluice_nearest(
  _ model: sluice_model, _ word: UnsafePointer<CChar>?, _ length: Int, _ count: Int,
  _ words: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ cosines: UnsafeMutablePointer<Float>?,
  _ found: UnsafeMutablePointer<Int>?
) -> sluice_status {
  answering {
    let number = try unsafe place(found, "found")
    let list = try unsafe place(words, "words")
    let model = try open(model)
    guard count >= 1 else { throw Failure(SLUICE_ARGUMENT, "expected a count of at least 1, found \(count)") }
    let word = try unsafe limited(text(word, length, "word"), model.textLimit, "word")
    let near = try model.nearest(to: word, count: count)
    for (i, near) in near.enumerated() {
      unsafe list[i] = model.handedOut.pointer(near.word)
      unsafe cosines?[i] = near.cosine
    }
    unsafe number.pointee = near.count
  }
}
