import SluiceCore
import SluiceText

extension StemJob {
  /// What the counts of the words make of an epoch; nil where there are none, or all stems come alike.
  var countText: String? {
    guard let counts = training.counts else { return nil }
    guard let exponent = settings.countExponent, let shares = makeBatches().shares else {
      return "counts of words, of which no use is made: all stems are dealt out once in an epoch"
    }
    let all = (0..<shares.count).map(shares.share)
    let zeros = counts.count { $0 == 0 }
    return "counts of words to the power of \(exponent): the stem of the most frequent words is dealt out "
      + "\(fixed(all.max() ?? 1, 1)) times in an epoch, that of the rarest \(fixed(all.min() ?? 1, 2)) times"
      + (zeros > 0 ? "; \(grouped(zeros)) words have a count of 0" : "")
  }
}
