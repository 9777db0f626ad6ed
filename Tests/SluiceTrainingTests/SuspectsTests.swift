import Sluice
import Testing

@testable import SluiceTraining

@Suite("What to try when numbers are not finite")
struct SuspectsTests {
  private func advice(
    _ name: OptimizerName = .adam, rate: Float? = nil, decay: Float? = nil, factor: Float? = nil,
    clip: Float? = nil
  ) -> String {
    var settings = OptimizerSettings(name)
    if let rate { settings.learningRate = rate }
    if let decay { settings.weightDecay = decay }
    settings.clipNorm = clip
    return Suspects(optimizer: settings, lossFactor: factor).advice
  }

  @Test(
    "The setting that is far from usual is named, or else what helps most often")
  func notFinite() {
    #expect(
      advice(.adamw, decay: 1e30) == "Try a smaller weight decay (--weight-decay, now 1e+30; 0.01 is much).")
    #expect(
      advice(.sgd, rate: 1, decay: 1.5).contains("--weight-decay")
        && !advice(.sgd, rate: 1, decay: 1.5).contains("--learning-rate"))
    #expect(
      advice(rate: 1e30)
        == "Try a smaller learning rate (--learning-rate, now 1e+30; 0.001 is usual for adam).")
    #expect(advice(factor: -1e30).contains("(--soft-nearest-neighbor, now -1e+30)"))
    let both = advice(rate: 10, decay: 1e9)
    #expect(both.contains("--weight-decay") && both.contains(", and a smaller learning rate"))
    #expect(
      advice().contains("(--learning-rate, now 0.001), or a limit on the gradient's norm (--clip-norm)"))
    #expect(!advice(clip: 5).contains("--clip-norm"))
  }
}
