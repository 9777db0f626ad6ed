import Sluice
import SluiceHeader

// The function of `sluice.h` that lets a language model write. What it does is said there.

@c @implementation
public func sluice_sample(
  _ model: sluice_model, _ prompt: UnsafePointer<CChar>?, _ length: Int,
  _ how: UnsafePointer<sluice_sampling>?,
  _ text: UnsafeMutablePointer<CChar>?, _ room: Int, _ needed: UnsafeMutablePointer<Int>?
) -> sluice_status {
  answering {
    let number = try unsafe place(needed, "needed")
    let model = try open(model)
    guard case .languageModel(let guarded) = model.kind else { throw model.wrongKind("a language model") }
    let prompt = try unsafe limited(SluiceInterface.text(prompt, length, "prompt"), model.textLimit, "prompt")
    let how = try unsafe Sampling(how?.pointee ?? sluice_sampling())
    let bytes = try guarded.use { (model) throws(Failure) in
      guard model.canWrite else {
        throw Failure(SLUICE_KIND, "expected a vocabulary with a word, found \(WordCorpus.unknown) alone")
      }
      return Array(
        model.sample(
          prompt: prompt, words: how.words, temperature: how.temperature, most: how.likeliest, seed: how.seed
        ).utf8)
    }
    unsafe number.pointee = bytes.count + 1
    guard room > bytes.count else {
      throw Failure(SLUICE_ROOM, "expected room for \(bytes.count + 1) bytes of text, found \(max(room, 0))")
    }
    let target = try unsafe place(text, "text")
    for (i, byte) in bytes.enumerated() { unsafe target[i] = CChar(bitPattern: byte) }
    unsafe target[bytes.count] = 0
  }
}

/// How text is sampled, with the usual values for zeros.
private struct Sampling {
  let words: Int
  let temperature: Float
  let likeliest: Int
  let seed: UInt64

  init(_ how: sluice_sampling) throws(Failure) {
    words = how.words == 0 ? 50 : how.words
    temperature = how.temperature == 0 ? 0.8 : how.temperature
    likeliest = how.likeliest == 0 ? 40 : how.likeliest
    seed = how.seed == 0 ? 1 : how.seed
    guard (1...1_000_000).contains(words), (1...1_000_000).contains(likeliest), temperature > 0,
      temperature.isFinite
    else {
      throw Failure(
        SLUICE_ARGUMENT,
        "expected 1 to 1000000 words and likeliest words and a finite temperature above 0, found \(how.words), "
          + "\(how.likeliest) and \(how.temperature)")
    }
  }
}
