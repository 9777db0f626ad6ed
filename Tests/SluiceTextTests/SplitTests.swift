import Testing

@testable import SluiceText

@Suite("Split into training and validation")
struct SplitTests {
  /// `counts[label]` examples of each label, every text different.
  private func texts(_ counts: [Int]) -> LabeledTexts {
    var examples: [(label: String, text: String)] = []
    for round in 0..<(counts.max() ?? 0) {
      for (label, count) in counts.enumerated() where round < count {
        examples.append((label: "label \(label)", text: "\(label)-\(round)"))
      }
    }
    return LabeledTexts(examples)
  }

  private func all(_ texts: LabeledTexts) -> [String] { (0..<texts.count).map { texts.text($0) } }

  @Test("Every example is in exactly one part, with its label", arguments: [0.01, 0.2, 0.5, 0.99])
  func partition(share: Double) {
    let whole = texts([100, 37, 2, 3])
    let (training, validation) = whole.split(validationShare: share, seed: 5)
    #expect((all(training) + all(validation)).sorted() == all(whole).sorted())
    for part in [training, validation] {
      #expect(part.labelNames == whole.labelNames)
      #expect((0..<part.count).allSatisfy { part.labelName($0).last == part.text($0).first })
    }
  }

  @Test("The share holds within each label and no side lacks a label", arguments: [UInt64](0..<20))
  func stratified(seed: UInt64) {
    let whole = texts([100, 37, 2, 3, 13])
    #expect(whole.split(validationShare: 0.2, seed: seed).validation.countsByLabel == [20, 7, 1, 1, 3])
    #expect(whole.split(validationShare: 0.01, seed: seed).validation.countsByLabel == [1, 1, 1, 1, 1])
    #expect(whole.split(validationShare: 0.99, seed: seed).training.countsByLabel == [1, 1, 1, 1, 1])
  }

  @Test("The seed alone decides, and another seed decides otherwise")
  func seeded() {
    let whole = texts([100, 50])
    let a = whole.split(seed: 1)
    let b = whole.split(seed: 1)
    let c = whole.split(seed: 2)
    #expect(a.training == b.training && a.validation == b.validation)
    #expect(a.validation != c.validation)
    #expect(a.validation.count == 30)
  }

  @Test("The split does not change from one version to the next")
  func pinned() {
    let validation = texts([10, 10]).split(seed: 43).validation
    #expect(all(validation) == ["1-1", "1-6", "0-7", "0-8"])
  }

  @Test("A label with one example stays in training")
  func single() {
    let (training, validation) = texts([5, 1]).split(seed: 3)
    #expect(training.countsByLabel == [4, 1])
    #expect(validation.countsByLabel == [1, 0])
  }
}
