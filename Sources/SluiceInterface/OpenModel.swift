import CLibrary
import Sluice
import SluiceHeader
import Synchronization

/// An open model, for any number of threads at a time.
final class OpenModel: Sendable {
  enum Kind: Sendable {
    case classifier(ClassifierPool)
    case stems(Guarded<SavedStems>)
    case languageModel(Guarded<SavedLanguageModel>)
  }

  let kind: Kind
  /// The most characters of a text.
  let textLimit: Int
  /// What was handed out to callers, until the model is freed.
  let handedOut = HandedOutTexts()

  /// Opens the run in a folder.
  init(run path: String, threads: Int) throws {
    let engine = Engine(threads: threads)
    switch try RunDirectory.open(path).header().job {
    case StemDescription.jobName:
      let model = try SavedStems(run: path, engine: engine)
      textLimit = model.description.settings.lineLimit
      kind = .stems(Guarded(model))
    case LanguageModelDescription.jobName:
      let model = try SavedLanguageModel(run: path, engine: engine)
      textLimit = model.description.settings.lineLimit
      kind = .languageModel(Guarded(model))
    default:
      let model = try SavedClassifier(run: path, engine: engine)
      textLimit = model.description.settings.lineLimit
      kind = .classifier(ClassifierPool(model))
    }
  }

  /// The classifier, for a question that only one answers.
  func classifier() throws(Failure) -> ClassifierPool {
    guard case .classifier(let pool) = kind else { throw wrongKind("a classifier") }
    return pool
  }

  func wrongKind(_ expected: String) -> Failure {
    let found =
      switch kind {
      case .classifier: "a classifier"
      case .stems: "a model of stems"
      case .languageModel: "a language model"
      }
    return Failure(SLUICE_KIND, "expected \(expected) for this question, found \(found)")
  }
}

/// A model that one thread uses at a time.
final class Guarded<Model: ~Copyable>: @unchecked Sendable {
  private let lock = Mutex(())
  private var model: Model

  init(_ model: consuming Model) { self.model = model }

  func use<Result, Failure: Error>(_ body: (inout Model) throws(Failure) -> Result) throws(Failure) -> Result
  {
    try lock.withLock { (_) throws(Failure) in try body(&model) }
  }
}

/// Classifiers on the same weights, one for each thread that asks at a time.
final class ClassifierPool: Sendable {
  private final class Member: @unchecked Sendable {
    var classifier: SavedClassifier
    init(_ classifier: consuming SavedClassifier) { self.classifier = classifier }
  }

  let labels: [String]
  /// What the others are made of; it answers nothing itself.
  private let original: Member
  private let free = Mutex<[Member]>([])

  init(_ classifier: consuming SavedClassifier) {
    labels = classifier.description.labels
    original = Member(classifier)
  }

  /// Lets one of the classifiers answer; another is made where all are busy.
  func use<Result>(_ body: (inout SavedClassifier) -> Result) -> Result {
    let member = free.withLock { free in free.popLast() } ?? Member(original.classifier.shared())
    defer { free.withLock { $0.append(member) } }
    return body(&member.classifier)
  }
}

/// A text with a zero byte behind it, in memory of its own.
// Safe over a bare pointer: to reach the text is `unsafe`.
@safe
private struct CText {
  let pointer: UnsafeMutablePointer<CChar>?

  init(_ text: String) { unsafe pointer = strdup(text) }

  func giveBack() { unsafe free(pointer) }
}

/// Texts in the form of C that callers may keep for as long as the model is open.
// Safe over bare pointers: they are made and given back here alone.
@safe
final class HandedOutTexts: @unchecked Sendable {
  private let lock = Mutex(())
  private var texts: [String: CText] = [:]
  private var list: UnsafeMutablePointer<UnsafePointer<CChar>?>?

  deinit {
    for text in texts.values { text.giveBack() }
    unsafe list?.deallocate()
  }

  /// The text, with a zero byte behind it.
  func pointer(_ text: String) -> UnsafePointer<CChar>? {
    unsafe lock.withLock { _ in unsafe make(text) }
  }

  /// Pointers to some texts, the same list at every call.
  func pointers(_ texts: [String]) -> UnsafeMutablePointer<UnsafePointer<CChar>?> {
    unsafe lock.withLock { _ in
      if let list = unsafe list { return unsafe list }
      let list = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: max(texts.count, 1))
      for (i, text) in texts.enumerated() { unsafe (list + i).initialize(to: make(text)) }
      unsafe self.list = unsafe list
      return unsafe list
    }
  }

  private func make(_ text: String) -> UnsafePointer<CChar>? {
    let made = texts[text] ?? CText(text)
    texts[text] = made
    return unsafe UnsafePointer(made.pointer)
  }
}
