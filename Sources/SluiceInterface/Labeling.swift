import Sluice
import SluiceHeader

// The functions of `sluice.h` that ask a classifier. What they do is said there.

@c @implementation
public func sluice_label(
  _ model: sluice_model, _ text: UnsafePointer<CChar>?, _ length: Int, _ label: UnsafeMutablePointer<Int>?,
  _ probability: UnsafeMutablePointer<Float>?
) -> sluice_status {
  answering {
    let target = try unsafe place(label, "label")
    let model = try open(model)
    let pool = try model.classifier()
    let text = try unsafe limited(SluiceInterface.text(text, length, "text"), model.textLimit, "text")
    let answer = pool.use { $0.label(text) }
    unsafe target.pointee = answer.index
    unsafe probability?.pointee = answer.probability
  }
}

@c @implementation
public func sluice_labels(
  _ model: sluice_model, _ text: UnsafePointer<CChar>?, _ length: Int, _ room: Int,
  _ labels: UnsafeMutablePointer<Int>?, _ probabilities: UnsafeMutablePointer<Float>?,
  _ found: UnsafeMutablePointer<Int>?
) -> sluice_status {
  answering {
    let count = try unsafe place(found, "found")
    let model = try open(model)
    let pool = try model.classifier()
    let text = try unsafe limited(SluiceInterface.text(text, length, "text"), model.textLimit, "text")
    let answers = pool.use { $0.labelSet(text) }
    unsafe count.pointee = answers.count
    // A length of C is never negative.
    guard UInt(bitPattern: room) >= UInt(answers.count) else {
      throw Failure(SLUICE_ROOM, "expected room for \(answers.count) labels, found \(room)")
    }
    if answers.isEmpty { return }
    let target = try unsafe place(labels, "labels")
    for (i, answer) in answers.enumerated() {
      unsafe target[i] = answer.index
      unsafe probabilities?[i] = answer.probability
    }
  }
}

@c @implementation
public func sluice_label_many(
  _ model: sluice_model, _ texts: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int>?,
  _ count: Int,
  _ labels: UnsafeMutablePointer<Int>?, _ probabilities: UnsafeMutablePointer<Float>?
) -> sluice_status {
  answering {
    let model = try open(model)
    let pool = try model.classifier()
    guard count != 0 else { return }
    let target = try unsafe place(labels, "labels")
    let texts = try unsafe SluiceInterface.texts(texts, lengths, count, "texts", limit: model.textLimit)
    let answers = pool.use { $0.labels(of: texts) }
    for (i, answer) in answers.enumerated() {
      unsafe target[i] = answer.index
      unsafe probabilities?[i] = answer.probability
    }
  }
}

@c @implementation
public func sluice_probabilities(
  _ model: sluice_model, _ text: UnsafePointer<CChar>?, _ length: Int,
  _ probabilities: UnsafeMutablePointer<Float>?, _ count: Int
) -> sluice_status {
  answering {
    let target = try unsafe place(probabilities, "probabilities")
    let model = try open(model)
    let pool = try model.classifier()
    guard count == pool.labels.count else {
      throw Failure(SLUICE_ARGUMENT, "expected room for the \(pool.labels.count) labels, found \(count)")
    }
    let text = try unsafe limited(SluiceInterface.text(text, length, "text"), model.textLimit, "text")
    for (i, value) in pool.use({ $0.probabilities(of: text) }).enumerated() { unsafe target[i] = value }
  }
}
