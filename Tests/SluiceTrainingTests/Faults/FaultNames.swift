import Sluice

/// What has to be said of a fault.
struct FaultName {
  /// The findings of which one has to be reported; empty where only a check can tell.
  var findings: [Ailment] = []
  /// A part of the place that it has to name.
  var place = ""
  /// The check that has to fail; nil where it is not asked.
  var check: String?
}

extension JobFault {
  /// What has to be said of the fault in a job with a recurrent layer called `net`; nil if the job cannot have it.
  func name(in job: String, net: String) -> FaultName? {
    let isStems = job == StemJob.name
    let isLanguage = job == LanguageModelJob.name
    switch self {
    case .none: return nil
    case .layerCutOff:
      return FaultName(
        findings: [.noGradient], place: net, check: "every trained parameter gets a gradient")
    case .saturatingStart:
      return FaultName(findings: [.weightsLarge], place: "\(net)_hh", check: "the gradient flows")
    case .weightsTimes100:
      return FaultName(findings: [.weightsLarge], place: net, check: isStems ? nil : "loss at the start")
    case .weightsTimesThousandth: return FaultName(findings: [.weightsSmall], place: net)
    case .deadReLU: return isLanguage ? FaultName(findings: [.deadUnits], place: "relu") : nil
    case .rateTimes1000: return FaultName(findings: [.rateTooHigh], check: "overfits a tiny batch")
    case .rateTimesTenThousandth: return FaultName(findings: [.rateTooLow], check: "overfits a tiny batch")
    case .gradientsNotCleared: return FaultName(findings: [.adding])
    case .labelsShuffled: return FaultName(findings: [.lossFlat, .notFromInputs])
    case .signFlipped: return FaultName(findings: [.belowLeast], check: "overfits a tiny batch")
    case .logarithmOfZero: return FaultName(findings: [.nonFinite], place: "log")
    case .frozenLayer: return FaultName(findings: [.frozen], place: "\(net)_hh")
    case .gateShut: return FaultName(findings: [.saturated], place: isLanguage ? "output" : "update")
    case .longSequences:
      return job == ClassifierJob.name ? FaultName(findings: [.vanishingTime], place: "elman") : nil
    case .softmaxTwice: return isStems ? nil : FaultName(check: "plain logits")
    case .dropoutInEvaluation: return FaultName(check: "training and evaluation")
    case .lookAhead: return isLanguage ? FaultName(check: "no look-ahead") : nil
    case .batchMixed: return FaultName(check: "examples apart")
    case .unscaledInputs: return FaultName(findings: [.saturated], place: net)
    }
  }
}
