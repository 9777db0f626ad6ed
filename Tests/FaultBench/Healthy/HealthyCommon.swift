import Sluice

/// Healthy trainings that were kept aside once.
let healthyCommon: [Healthy] = [
  Healthy(.perceptron, "momentum of 0.95") {
    $0.optimizer.rule = .momentum
    $0.optimizer.momentum = 0.95
    $0.optimizer.rate = 0.02
  },
  Healthy(.perceptron, "RMSprop, clipped at 2") {
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.003
    $0.optimizer.clipping = .norm(2)
  },
  Healthy(.perceptron, "batch of 64 at 0.02") {
    $0.data.batch = 64
    $0.optimizer.rate = 0.02
  },
  Healthy(.perceptron, "three deep, GELU, normalized, dropout 0.2") {
    $0.net.depth = 3
    $0.net.activation = .gelu
    $0.net.isNormalized = true
    $0.net.dropout = 0.2
  },
  Healthy(.perceptron, "half of one class") { $0.data.firstClassShare = 0.5 },
  Healthy(.perceptron, "inputs + 0.5") { $0.data.inputShift = 0.5 },
  Healthy(.perceptron, "smoothed labels, dropout 0.1") {
    $0.loss.smoothing = 0.05
    $0.net.dropout = 0.1
  },
  Healthy(.perceptron, "a slow warm-up of 60 steps") {
    $0.optimizer.schedule = Schedule(.linear(steps: 300), warmUpSteps: 60)
    $0.steps = 300
  },
  Healthy(.regression, "targets × 2") { $0.data.targetFactor = 2 },
  Healthy(.regression, "Nesterov") {
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.02
  },
  Healthy(.regression, "AMSGrad") { $0.optimizer.rule = .amsgrad },
  Healthy(.regression, "three deep, tanh, Xavier") {
    $0.net.depth = 3
    $0.net.initializer = .xavierUniform
  },
  Healthy(.regression, "Huber, dropout 0.05") {
    $0.loss.regression = .huber
    $0.net.dropout = 0.05
    $0.net.units = 64
    $0.steps = 400
  },
  Healthy(.characters, "Nesterov") {
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.1
  },
  Healthy(.characters, "short sequences, LSTM") {
    $0.net.cell = .lstm(forgetBias: 1)
    $0.data.lengths = 4...9
  },
  Healthy(.characters, "state dropout 0.2") {
    $0.net.recurrentDropout = 0.2
    $0.net.units = 48
  },
  Healthy(.characters, "RMSprop") {
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.003
    $0.steps = 300
  },
  Healthy(.words, "certain rules") { $0.data.certainty = 1 },
  Healthy(.words, "chunks of 4, GRU") {
    $0.net.cell = .gru(updateBias: 1)
    $0.data.chunk = 4
    $0.steps = 400
  },
  Healthy(.words, "AMSGrad, clipped at 1") {
    $0.optimizer.rule = .amsgrad
    $0.optimizer.clipping = .norm(1)
  },
  Healthy(.words, "16 streams") { $0.data.batch = 16 },
  Healthy(.attention, "RMSprop") {
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.003
  },
  Healthy(.attention, "smoothed labels") { $0.loss.smoothing = 0.1 },
  Healthy(.attention, "batch of 64, two blocks, dropout 0.1") {
    $0.data.batch = 64
    $0.net.layers = 2
    $0.net.units = 32
    $0.net.dropout = 0.1
    $0.optimizer.rate = 0.005
  },
  Healthy(.stems, "batch of 48") { $0.data.batch = 48 },
  Healthy(.stems, "margin 0.2, AdamW") {
    $0.loss.margin = 0.2
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
  },
  Healthy(.stems, "plain cell, at 0.005") {
    $0.net.cell = .elman()
    $0.optimizer.rate = 0.005
    $0.steps = 300
  },
]
