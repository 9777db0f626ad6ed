import Sluice

/// More healthy trainings on the usual data, of columns.
let healthyEveryday: [Healthy] = [
  Healthy(.perceptron, "weights for classes") { $0.loss.classWeights = [1, 2, 0.5, 1.5] },
  Healthy(.perceptron, "augmented with a little noise") { $0.data.augmentation = 0.2 },
  Healthy(.perceptron, "weights of eight bits at a rate for it") {
    $0.optimizer.weightBits = 8
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.3
  },
  Healthy(.perceptron, "eighteen deep, GELU, normalized, AdamW, line to zero") {
    $0.net.depth = 18
    $0.net.activation = .gelu
    $0.net.isNormalized = true
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.02
    $0.optimizer.rate = 0.002
    $0.optimizer.schedule = Schedule(.linear(steps: 400), warmUpSteps: 20)
    $0.steps = 400
  },
  Healthy(.perceptron, "eight in ten of one class, smoothed") {
    $0.data.firstClassShare = 0.73
    $0.loss.smoothing = 0.05
    $0.data.batch = 64
    $0.steps = 300
  },
  Healthy(.perceptron, "a rate of 0.002, batch of 8, tanh") {
    $0.net.activation = .tanh
    $0.data.batch = 8
    $0.optimizer.rate = 0.002
    $0.steps = 700
  },
  Healthy(.perceptron, "descent at 0.1, two thousand steps") {
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.1
    $0.steps = 2_000
    $0.data.examples = 8_000
  },
  Healthy(.perceptron, "peaks of twice the rate") { $0.optimizer.peaks = (8, 2) },
  Healthy(.perceptron, "256 examples, an early end") {
    $0.data.examples = 256
    $0.steps = 90
    $0.optimizer.rate = 0.005
  },
  Healthy(.regression, "augmented with a little noise, GELU") {
    $0.net.activation = .gelu
    $0.data.augmentation = 0.05
  },
  Healthy(.regression, "ten deep, ReLU, normalized, AdamW") {
    $0.net.depth = 10
    $0.net.activation = .relu
    $0.net.isNormalized = true
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.rate = 0.003
    $0.steps = 400
  },
  Healthy(.regression, "Nesterov, cosine, batch of 16") {
    $0.data.batch = 16
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.01
    $0.optimizer.schedule = Schedule(.cosine(steps: 400), warmUpSteps: 20)
    $0.steps = 400
  },
  Healthy(.regression, "Huber, momentum, targets + 1") {
    $0.loss.regression = .huber
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.03
    $0.data.targetShift = 1
  },
  Healthy(.regression, "resumed, RMSprop") {
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.003
    $0.watch.resumesAt = 90
    $0.steps = 300
  },
]

/// More healthy trainings on the usual data, of sequences.
let healthyEverydaySequences: [Healthy] = [
  Healthy(.characters, "weights for classes, LSTM") {
    $0.net.cell = .lstm(forgetBias: 1)
    $0.loss.classWeights = [0.7, 1, 1.5, 1]
  },
  Healthy(.characters, "GRU of 64, dropout 0.4, AdamW, cosine") {
    $0.net.units = 64
    $0.net.dropout = 0.4
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.02
    $0.optimizer.rate = 0.005
    $0.optimizer.schedule = Schedule(.cosine(steps: 240), warmUpSteps: 12)
    $0.steps = 240
  },
  Healthy(.characters, "eight in ten of one class") {
    $0.data.firstClassShare = 0.73
    $0.data.batch = 64
    $0.steps = 300
  },
  Healthy(.characters, "plain cell, clipped at 1, batch of 16") {
    $0.net.cell = .elman()
    $0.data.batch = 16
    $0.optimizer.rate = 0.004
    $0.optimizer.clipping = .norm(1)
    $0.steps = 300
  },
  Healthy(.words, "GRU, AdamW, falls by a line, 16 streams") {
    $0.net.cell = .gru(updateBias: 1)
    $0.data.batch = 16
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.schedule = Schedule(.linear(steps: 300), warmUpSteps: 10)
    $0.steps = 300
  },
  Healthy(.words, "descent at 2, clipped at 1, falls by steps") {
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 2
    $0.optimizer.clipping = .norm(1)
    $0.optimizer.schedule = Schedule(.step(every: 300, factor: 0.5))
    $0.steps = 700
  },
  Healthy(.words, "resumed, GRU, smoothed labels") {
    $0.net.cell = .gru(updateBias: 1)
    $0.loss.smoothing = 0.1
    $0.watch.resumesAt = 130
  },
  Healthy(.attention, "weights for classes") { $0.loss.classWeights = [1, 0.5, 2, 1] },
  Healthy(.attention, "two blocks, mean of the places, dropout 0.2") {
    $0.net.layers = 2
    $0.net.units = 32
    $0.net.pool = .mean
    $0.net.dropout = 0.2
    $0.optimizer.rate = 0.004
    $0.steps = 300
  },
  Healthy(.attention, "Nesterov, warm-up") {
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.1
    $0.optimizer.schedule = Schedule(.constant, warmUpSteps: 30)
    $0.steps = 400
  },
  Healthy(.stems, "mean over time, AdamW, 150 stems") {
    $0.net.pool = .mean
    $0.data.stemCount = 150
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
  },
  Healthy(.stems, "resumed, LSTM, clipped at 1") {
    $0.net.cell = .lstm(forgetBias: 1)
    $0.optimizer.clipping = .norm(1)
    $0.watch.resumesAt = 90
  },
  Healthy(.stems, "gradients of two batches of 12") {
    $0.optimizer.accumulation = 2
    $0.data.batch = 12
  },
]
