import CLibrary
import SluiceCore

/// The rules about how the model and its loss are made: scales at the start, what gets no gradient, what layers and losses told.
extension Diagnosis {
  /// Whether weights begin at a scale that keeps what goes through them.
  mutating func judgeStart(_ seen: Observation) {
    judgeDirection(seen)
    if memory.observations == 1 {
      for i in names.indices where roles[i] == .bias {
        memory.startSizes[i] = seen.parameters[i].weight.rootMeanSquare
      }
    }
    for i in names.indices where seen.isWatched[i] && roles[i] == .weight {
      let figures = seen.parameters[i]
      let gain = gain(i, figures)
      if memory.observations == 1 {
        // Of rows that are added up, many at a time, what follows decides which size is usual.
        memory.startGains[i] = isTable[i] && !isLookedUp(i, seen) ? 0 : gain
        memory.startSizes[i] = figures.weight.rootMeanSquare
      }
      let start = memory.startGains[i]
      let size = memory.startSizes[i]
      let isEarly = memory.observations <= 8
      // Zeros that get no gradient stay; a last layer that begins at zero gets one.
      let isStuck =
        memory.startSizes[i] == 0 && shapes[i].rank > 1 && !isTable[i] && figures.isTrained
        && figures.gradient.maximum == 0
        && seen.loss.last != 0 && seen.step > 1
      note(.weightsSmall, i, isStuck ? .alarming : .none, part: 1, step: seen.step, patience: 2) {
        Claim(
          place: $0.names[i], evidence: "its values began at zero and get no gradient",
          hint: "Let it begin with random values, as the layer does by itself.")
      }
      let small: Level = start <= 0 ? .none : start < 0.02 ? .alarming : start < 0.08 ? .suspected : .none
      let isRepeated = isRecurrent[i] && isRepeatedWeight[i]
      let repeated: Level = isRepeated && start > 2 && memory.longest >= 20 ? .alarming : .none
      let large = max(repeated, start > 4 ? .alarming : start > 3 ? .suspected : .none)
      // Once it is known it holds for as long as the weights have not found their scale.
      let isStill =
        !memory.isWarm && gain > 0 && (start < 1 ? gain < 0.1 : gain > (isRepeated ? 0.7 * start : 2.5))
      note(
        .weightsSmall, i, isStill && (isEarly || small == .alarming) ? small : .none, step: seen.step,
        patience: 2
      ) {
        $0.scaleClaim(i, start, size)
      }
      note(.weightsLarge, i, isStill ? large : .none, step: seen.step, patience: 2) {
        $0.scaleClaim(i, start, size)
      }
    }
  }

  /// Whether rows of a table were looked up one by one.
  private func isLookedUp(_ i: Int, _ seen: Observation) -> Bool {
    for s in seen.senses.indices where seen.senses[s].kind == .lookup && seen.senses[s].parameter == i {
      return true
    }
    return false
  }

  /// Whether updates go along the gradient instead of against it, from the first on.
  private mutating func judgeDirection(_ seen: Observation) {
    judgeAgainst(seen)
    guard seen.isUpdated, memory.observations <= 16 else { return }
    var (uphill, downhill) = (0, 0)
    for i in names.indices where roles[i] == .weight && seen.isWatched[i] && !isTable[i] {
      if seen.parameters[i].alignment > 0.2 { uphill += 1 }
      if seen.parameters[i].alignment < 0 { downhill += 1 }
    }
    let rises = seen.loss.recent > seen.loss.first + 0.02 * abs(seen.loss.first)
    note(.uphill, 0, uphill > 0 && downhill == 0 && rises ? .alarming : .none, step: seen.step) { _ in
      Claim(
        evidence: "the updates of \(uphill) weights go along their gradients, so the loss rises",
        remedy: .flipLoss)
    }
  }

  /// Takes note of the parameters of layers that step through sequences.
  mutating func noteRecurrent(_ seen: Observation) {
    for s in seen.senses.indices where seen.senses[s].kind == .sequences {
      for i in names.indices where layers[i] == seen.senses[s].layer { isRecurrent[i] = true }
      // States that are carried make one sequence of all.
      memory.longest = max(memory.longest, seen.senses[s].a > 0 ? 64 : Int(seen.senses[s].c))
    }
  }

  /// The size of a weight by that which neither raises nor lowers what goes through it: 1/√inputs for what is multiplied, 1 for rows
  /// that are looked up or added. 0 where that says nothing: a gain, a vector.
  func gain(_ i: Int, _ figures: ParameterFigures) -> Float {
    let size = figures.weight.rootMeanSquare
    if isTable[i] { return size }
    guard shapes[i].rank > 1 else { return 0 }
    let inputs = figures.inputs > 0 ? figures.inputs : shapes[i].width
    let gain = size * Float(inputs).squareRoot()
    // What no map told of may be added, as positions are: then it is large by itself only.
    return figures.inputs > 0 || isRecurrent[i] || gain < 1 ? gain : max(size, 1)
  }

  /// Whether a bias of the same layer began out of scale, too.
  private func hasLargeBias(_ i: Int) -> Bool {
    for k in names.indices where roles[k] == .bias && layers[k] == layers[i] && memory.startSizes[k] > 3 {
      return true
    }
    return false
  }

  private func scaleClaim(_ i: Int, _ gain: Float, _ size: Float) -> Claim {
    let usual = size / max(gain, .leastNormalMagnitude)
    let factor = 0.6 / max(gain, .leastNormalMagnitude)
    var others = 0
    for k in names.indices where k != i && memory.startGains[k] > 0 {
      if memory.startGains[k] > 3 || memory.startGains[k] < 0.08 { others += 1 }
    }
    let isAlone = others == 0 && !hasLargeBias(i)
    return Claim(
      place: names[i],
      evidence:
        "its values began with a size of \(rounded(size)); where it stands \(rounded(usual)) is usual"
        + (others == 0 ? "" : "; so it is with \(others) other weights"),
      hint: isAlone
        ? "Multiply its initial values by \(rounded(factor)), or leave them to the layer."
        : "Leave the initial values to the layers: this one's are to be multiplied by \(rounded(factor)).",
      remedy: isAlone ? .scaleWeights(parameterNames[i], factor) : .initialize)
  }

  mutating func judgeMaking(_ seen: Observation) {
    judgeGradients(seen)
    judgeBiases(seen)
    for i in seen.senses.indices where seen.senses[i].isNew {
      let sense = seen.senses[i]
      switch sense.kind {
      case .affineChain: judge(chain: sense, i, seen)
      case .dropout:
        note(
          .tooMuchDropout, i, sense.a > 0.7 ? .alarming : sense.a > 0.6 ? .suspected : .none, step: seen.step
        ) { _ in
          Claim(
            severity: sense.a > 0.8 ? nil : .warning, place: sense.name,
            evidence: "\(percentage(sense.a)) of its elements are dropped at each step",
            hint: "Drop 0.2 of them; 0.1 to 0.5 is usual.", remedy: .setDropout(0.2))
        }
      case .dropoutWay: judge(dropoutWay: sense, i, seen)
      case .logitScale: judge(logitScale: sense, i, seen)
      case .normalization: judge(normalization: sense, i, seen)
      case .triplets:
        note(.marginUnreachable, i, sense.a >= sense.d ? .alarming : .none, step: seen.step, patience: 2) {
          _ in
          Claim(
            place: sense.name,
            evidence:
              "the margin is \(sense.a), and no two distances differ by more than \(rounded(sense.d))",
            hint: "Set the margin to \(rounded(0.1 * sense.d)).", remedy: .setMargin(0.1 * sense.d))
        }
      case .temperature:
        let isSmall = sense.b > 0 && sense.a < 1e-3 * sense.b
        note(
          .temperatureSmall, i,
          isSmall ? .alarming : sense.b > 0 && sense.a < 0.01 * sense.b ? .suspected : .none, step: seen.step
        ) { _ in
          Claim(
            place: sense.name,
            evidence: "it is \(rounded(sense.a)) and divides numbers of about \(rounded(sense.b))",
            hint: "Set it to about \(rounded(sense.b)).", remedy: .setTemperature(sense.b))
        }
      case .sequences: judge(sequences: sense, i, seen)
      case .outputFunction: judge(outputFunction: sense, i, seen)
      case .attention, .lookup: break
      }
    }
  }

  /// A function that keeps what the loss takes from where it has to go.
  private mutating func judge(outputFunction sense: SenseFigures, _ i: Int, _ seen: Observation) {
    let hint = "Leave out the function after the last layer."
    func place() -> String {
      let function = sense.a == 1 ? "tanh" : sense.a == 2 ? "sigmoid" : "relu"
      return (sense.name.isEmpty ? "" : sense.name + " ") + function
    }
    if sense.b < 0 {
      // A softmax or sigmoid of what is bounded is never sure.
      note(.softmaxTwice, i, sense.a == 2 ? .alarming : .none, part: 1, step: seen.step, patience: 2) { _ in
        Claim(
          place: place(), evidence: "what the loss takes for logits is what a sigmoid gives, from 0 to 1",
          hint: hint)
      }
      note(.saturated, i, sense.a == 1 ? .alarming : .none, part: 8, step: seen.step, patience: 2) { _ in
        // A sigmoid of 1, or a softmax of one 1 among −1s.
        let most = sense.c == 1 ? 1 / (1 + expf(-1)) : 1 / (1 + (sense.c - 1) * expf(-2))
        return Claim(
          place: place(),
          evidence:
            "what the loss takes for logits is what a tanh gives, from −1 to 1: no class gets more than \(percentage(most))",
          hint: hint)
      }
      return
    }
    let isBeyond = sense.b > 0.1
    func evidence() -> String { "\(percentage(sense.b)) of the targets are beyond what it can give" }
    note(.saturated, i, isBeyond && sense.a < 3 ? .alarming : .none, part: 8, step: seen.step, patience: 2) {
      _ in Claim(place: place(), evidence: evidence(), hint: hint)
    }
    note(.deadUnits, i, isBeyond && sense.a == 3 ? .alarming : .none, part: 8, step: seen.step, patience: 2) {
      _ in Claim(place: place(), evidence: evidence(), hint: hint)
    }
  }

  private mutating func judge(chain: SenseFigures, _ i: Int, _ seen: Observation) {
    // A bottleneck between two affine maps is a way to have fewer parameters.
    let isBottleneck = chain.a < chain.b && chain.a < chain.c
    note(.noNonlinearity, i, isBottleneck ? .none : .alarming, step: seen.step, patience: 2) {
      let name = chain.parameter >= 0 ? $0.names[chain.parameter] : chain.name
      return Claim(
        place: name,
        evidence:
          "its input is what another affine map gives, \(Int(chain.a)) wide: together they are one map",
        remedy: .addNonlinearity(chain.name))
    }
  }

  private mutating func judge(normalization: SenseFigures, _ i: Int, _ seen: Observation) {
    let lacks = normalization.b >= 0 && normalization.b < 0.01
    // A gain that begins at zero on purpose grows at once.
    note(
      .withoutGain, i, lacks ? (memory.observations >= 8 ? .alarming : .suspected) : .none, step: seen.step
    ) {
      Claim(
        place: normalization.parameter >= 0 ? $0.names[normalization.parameter] : normalization.name,
        evidence: "the gain has a size of \(rounded(normalization.b))")
    }
    note(.ofNothing, i, normalization.a > 0.5 ? .alarming : .none, step: seen.step) { _ in
      Claim(
        place: normalization.name,
        evidence:
          "\(percentage(normalization.a)) of its rows vary by less than the number that keeps it from dividing by zero"
      )
    }
  }

  private mutating func judge(sequences: SenseFigures, _ i: Int, _ seen: Observation) {
    let isLost = seen.labels.continuesText == true && sequences.b > 0
    note(.stateNotCarried, i, isLost ? .alarming : .none, step: seen.step) { _ in
      Claim(
        place: sequences.name,
        evidence: "the text goes on where the last step ended, and the states begin from zeros",
        remedy: .carryState)
    }
    // One label for each whole sequence: what a batch before ended with says nothing of it.
    let isWhole =
      seen.labels.classes > 1 && seen.labels.continuesText == nil && sequences.a > 0 && sequences.b == 0
    let isElsewhere = seen.labels.continuesElsewhere && sequences.a > 0 && sequences.b == 0
    note(
      .stateNeverReset, i, isElsewhere ? .alarming : isWhole && seen.step > 1 ? .suspected : .none,
      step: seen.step, patience: 5
    ) { _ in
      Claim(
        place: sequences.name,
        evidence: isElsewhere
          ? "the rows of a step go on where other rows of the step before ended, and begin from the wrong states"
          : "sequences with labels of their own begin from the states of others",
        hint: isElsewhere
          ? "Let each row of a batch read one text from step to step, or begin from zeros." : nil)
    }
  }
}
