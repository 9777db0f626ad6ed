import Sluice

/// Healthy trainings of strings.
let healthyLaterStrings: [Healthy] = [
  Healthy(.characters, "padded on the left, GRU of 40") {
    $0.data.paddedTo = 18
    $0.data.padsLeft = true
    $0.net.units = 40
    $0.optimizer.rate = 0.008
  },
  Healthy(.characters, "two layers, plain cell, Nesterov, clipped at 1") {
    $0.net.cell = .elman()
    $0.net.layers = 2
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.03
    $0.optimizer.clipping = .norm(1)
    $0.steps = 360
  },
  Healthy(.characters, "one symbol in twenty replaced, LSTM") {
    $0.data.replacedShare = 0.05
    $0.net.cell = .lstm(forgetBias: 1)
    $0.net.units = 32
    $0.optimizer.rate = 0.008
    $0.steps = 240
  },
  Healthy(.characters, "largest over time, RMSprop, cosine") {
    $0.net.pool = .maximum
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.003
    $0.optimizer.schedule = Schedule(.cosine(steps: 300, floor: 0.05))
    $0.steps = 300
  },
  Healthy(.characters, "normalized LSTM of 56, AMSGrad, batch of 12") {
    $0.net.cell = .layerNormLSTM(forgetBias: 1)
    $0.net.units = 56
    $0.optimizer.rule = .amsgrad
    $0.optimizer.rate = 0.003
    $0.data.batch = 12
    $0.data.examples = 6_000
    $0.steps = 240
  },
  other(.characters, "padded on the left, LSTM, clipped at 1") {
    $0.data.paddedTo = 26
    $0.data.padsLeft = true
    $0.net.cell = .lstm(forgetBias: 1)
    $0.net.units = 48
    $0.optimizer.clipping = .norm(1)
    $0.optimizer.rate = 0.006
    $0.data.examples = 6_000
    $0.steps = 360
  },
  other(.characters, "GRU of 72, dropout 0.3, line to a tenth") {
    $0.net.units = 72
    $0.net.dropout = 0.3
    $0.optimizer.rate = 0.006
    $0.optimizer.schedule = Schedule(.linear(steps: 300, floor: 0.1))
    $0.data.examples = 6_000
    $0.steps = 300
  },
  other(.characters, "evaluated by a running mean, AMSGrad") {
    $0.watch.evaluatesMean = 0.95
    $0.optimizer.rule = .amsgrad
    $0.net.units = 40
    $0.optimizer.rate = 0.008
    $0.data.examples = 6_000
    $0.steps = 300
  },
  other(.characters, "Nesterov, largest over time, batch of 24") {
    $0.net.pool = .maximum
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.1
    $0.data.batch = 24
    $0.data.examples = 6_000
    $0.steps = 500
  },
]

/// Healthy trainings of texts, of attention and of stems.
let healthyLaterSequences: [Healthy] = [
  Healthy(.words, "GRU of 56, AMSGrad, chunks of 12") {
    $0.net.cell = .gru(updateBias: 1)
    $0.net.units = 56
    $0.data.chunk = 12
    $0.optimizer.rule = .amsgrad
    $0.optimizer.rate = 0.006
    $0.steps = 300
  },
  Healthy(.words, "normalized GRU, cosine to a floor") {
    $0.net.cell = .layerNormGRU(updateBias: 1)
    $0.optimizer.rate = 0.008
    $0.optimizer.schedule = Schedule(.cosine(steps: 300, floor: 0.1), warmUpSteps: 10)
    $0.steps = 300
  },
  other(.words, "LSTM of 56, Nesterov, clipped at 1") {
    $0.net.units = 56
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.3
    $0.optimizer.clipping = .norm(1)
    $0.data.batch = 16
    $0.steps = 400
  },
  other(.words, "evaluated by a running mean, GRU") {
    $0.watch.evaluatesMean = 0.9
    $0.net.cell = .gru(updateBias: 1)
    $0.net.units = 48
    $0.optimizer.rate = 0.008
    $0.steps = 300
  },
  Healthy(.attention, "three blocks, two heads, AdamW, line to zero") {
    $0.net.layers = 3
    $0.net.units = 24
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.02
    $0.optimizer.rate = 0.004
    $0.optimizer.schedule = Schedule(.linear(steps: 300), warmUpSteps: 20)
    $0.steps = 300
  },
  Healthy(.attention, "batch of 12, AMSGrad, clipped at 0.5") {
    $0.data.batch = 12
    $0.net.units = 24
    $0.optimizer.rule = .amsgrad
    $0.optimizer.rate = 0.003
    $0.optimizer.clipping = .norm(0.5)
    $0.steps = 500
  },
  other(.attention, "40 wide, four heads, exponential") {
    $0.net.units = 40
    $0.net.heads = 4
    $0.optimizer.rate = 0.005
    $0.optimizer.schedule = Schedule(.exponential(factor: 0.995))
    $0.data.examples = 6_000
    $0.steps = 360
  },
  other(.attention, "two blocks, causal, AMSGrad, smoothed labels") {
    $0.net.layers = 2
    $0.net.units = 32
    $0.net.isCausal = true
    $0.optimizer.rule = .amsgrad
    $0.optimizer.rate = 0.004
    $0.loss.smoothing = 0.05
    $0.data.examples = 6_000
    $0.steps = 360
  },
  other(.attention, "one symbol in fifty replaced, batch of 64") {
    $0.data.replacedShare = 0.02
    $0.data.batch = 64
    $0.net.units = 32
    $0.optimizer.rate = 0.006
    $0.data.examples = 6_000
    $0.steps = 300
  },
  Healthy(.stems, "GRU of 56, Nesterov, clipped at 1") {
    $0.net.units = 56
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.05
    $0.optimizer.clipping = .norm(1)
    $0.steps = 300
  },
  Healthy(.stems, "normalized GRU, AMSGrad, 120 stems") {
    $0.net.cell = .layerNormGRU(updateBias: 1)
    $0.optimizer.rule = .amsgrad
    $0.optimizer.rate = 0.006
    $0.data.stemCount = 120
    $0.steps = 240
  },
  other(.stems, "two layers, RMSprop, exponential") {
    $0.net.layers = 2
    $0.net.units = 32
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.003
    $0.optimizer.schedule = Schedule(.exponential(factor: 0.995))
    $0.data.stemCount = 200
    $0.steps = 260
  },
  other(.stems, "margin 0.2, GRU of 64, warm-up") {
    $0.loss.margin = 0.2
    $0.net.units = 64
    $0.optimizer.rate = 0.006
    $0.optimizer.schedule = Schedule(.constant, warmUpSteps: 20)
    $0.data.stemCount = 200
    $0.steps = 240
  },
]
