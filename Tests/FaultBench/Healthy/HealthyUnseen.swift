import Sluice

/// Healthy trainings that were kept aside once.
let healthyUnseen: [Healthy] = healthyUnseenColumns + healthyUnseenSequences

private let healthyUnseenColumns: [Healthy] = [
  Healthy(.perceptron, "128 wide, three deep, at 0.002") {
    $0.net.units = 128
    $0.net.depth = 3
    $0.optimizer.rate = 0.002
  },
  Healthy(.perceptron, "20 wide, three deep") {
    $0.net.units = 20
    $0.net.depth = 3
  },
  Healthy(.perceptron, "six deep, tanh, Xavier, normalized") {
    $0.net.depth = 6
    $0.net.activation = .tanh
    $0.net.initializer = .xavierUniform
    $0.net.isNormalized = true
    $0.optimizer.rate = 0.005
  },
  Healthy(.perceptron, "five deep, Kaiming, AdamW") {
    $0.net.depth = 5
    $0.net.initializer = .kaimingNormal
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.05
    $0.optimizer.rate = 0.003
  },
  Healthy(.perceptron, "dropout 0.6 of a wide layer") {
    $0.net.units = 128
    $0.net.depth = 1
    $0.net.dropout = 0.6
  },
  Healthy(.perceptron, "dropout 0.4, AdamW") {
    $0.net.units = 96
    $0.net.dropout = 0.4
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
  },
  Healthy(.perceptron, "momentum, clipped at 0.5") {
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.05
    $0.optimizer.clipping = .norm(0.5)
  },
  Healthy(.perceptron, "Nesterov, cosine") {
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.05
    $0.optimizer.schedule = Schedule(.cosine(steps: 240), warmUpSteps: 20)
  },
  Healthy(.perceptron, "descent, falls by steps") {
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.3
    $0.optimizer.schedule = Schedule(.step(every: 100, factor: 0.5))
    $0.steps = 360
  },
  Healthy(.perceptron, "RMSprop, cosine") {
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.005
    $0.optimizer.schedule = Schedule(.cosine(steps: 240))
  },
  Healthy(.perceptron, "Adagrad, batch of 16") {
    $0.optimizer.rule = .adagrad
    $0.optimizer.rate = 0.08
    $0.data.batch = 16
    $0.steps = 360
  },
  Healthy(.perceptron, "SMORMS3, wide") {
    $0.optimizer.rule = .smorms3
    $0.optimizer.rate = 0.005
    $0.net.units = 64
  },
  Healthy(.perceptron, "Adam at 0.001, long") {
    $0.optimizer.rate = 0.001
    $0.steps = 900
  },
  Healthy(.perceptron, "long after it is learned") { $0.steps = 1_000 },
  Healthy(.perceptron, "long after it is learned, to zero") {
    $0.steps = 1_000
    $0.optimizer.schedule = Schedule(.cosine(steps: 1_000))
  },
  Healthy(.perceptron, "batch of 512") {
    $0.data.batch = 512
    $0.optimizer.rate = 0.02
    $0.steps = 120
  },
  Healthy(.perceptron, "batch of 2, momentum") {
    $0.data.batch = 2
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.004
    $0.steps = 900
  },
  Healthy(.perceptron, "six in ten of one class") { $0.data.firstClassShare = 0.6 },
  Healthy(.perceptron, "eight in ten of one class, batch of 64") {
    $0.data.firstClassShare = 0.7
    $0.data.batch = 64
    $0.steps = 300
  },
  Healthy(.perceptron, "seven in ten labels left out") {
    $0.loss.masked = 0.7
    $0.steps = 300
  },
  Healthy(.perceptron, "smoothed labels, AdamW, cosine") {
    $0.loss.smoothing = 0.15
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.02
    $0.optimizer.schedule = Schedule(.cosine(steps: 240), warmUpSteps: 24)
  },
  Healthy(.perceptron, "gradients of two batches, momentum") {
    $0.optimizer.accumulation = 2
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.05
  },
  Healthy(.perceptron, "one in twenty labels wrong") {
    $0.data.labelNoise = 0.05
    $0.data.examples = 4_000
  },
  Healthy(.perceptron, "inputs × 2, + 0.3") {
    $0.data.inputFactor = 2
    $0.data.inputShift = 0.3
  },
  Healthy(.perceptron, "standardized bytes") {
    $0.data.inputFactor = 50
    $0.data.inputShift = 128
    $0.data.isStandardized = true
  },
  Healthy(.perceptron, "a warm-up of half the training") {
    $0.optimizer.schedule = Schedule(.linear(steps: 320), warmUpSteps: 150)
    $0.steps = 320
  },
  Healthy(.perceptron, "output frozen on purpose") {
    $0.changes = [.freeze("output")]
    $0.watch.freezes = "output"
  },
  Healthy(.perceptron, "resumed, AdamW, cosine") {
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.schedule = Schedule(.cosine(steps: 240))
    $0.watch.resumesAt = 150
  },
  Healthy(.regression, "wide, ReLU, AdamW") {
    $0.net.units = 96
    $0.net.activation = .relu
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.rate = 0.005
  },
  Healthy(.regression, "one layer") { $0.net.depth = 1 },
  Healthy(.regression, "six deep, GELU, normalized") {
    $0.net.depth = 6
    $0.net.activation = .gelu
    $0.net.isNormalized = true
    $0.optimizer.rate = 0.003
  },
  Healthy(.regression, "RMSprop, clipped at 1") {
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.003
    $0.optimizer.clipping = .norm(1)
  },
  Healthy(.regression, "targets × 0.3") { $0.data.targetFactor = 0.3 },
  Healthy(.regression, "targets − 1.5, Huber") {
    $0.data.targetShift = -1.5
    $0.loss.regression = .huber
  },
  Healthy(.regression, "batch of 256, cosine") {
    $0.data.batch = 256
    $0.optimizer.schedule = Schedule(.cosine(steps: 240))
  },
  Healthy(.regression, "Gaussian likelihood, wide, AdamW") {
    $0.loss.regression = .gaussian
    $0.net.units = 64
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.rate = 0.004
    $0.steps = 500
  },
  Healthy(.regression, "long after it is learned") { $0.steps = 1_000 },
  Healthy(.regression, "targets measured with some noise") { $0.data.targetNoise = 0.3 },
  Healthy(.regression, "momentum, clipped at 1, falls by steps") {
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.02
    $0.optimizer.clipping = .norm(1)
    $0.optimizer.schedule = Schedule(.step(every: 100, factor: 0.3))
    $0.steps = 300
  },
]

private let healthyUnseenSequences: [Healthy] = [
  Healthy(.characters, "three layers, GRU") {
    $0.net.layers = 3
    $0.optimizer.rate = 0.005
    $0.steps = 300
  },
  Healthy(.characters, "96 units, LSTM, clipped at 1") {
    $0.net.units = 96
    $0.net.cell = .lstm(forgetBias: 1)
    $0.optimizer.rate = 0.003
    $0.optimizer.clipping = .norm(1)
  },
  Healthy(.characters, "plain cell, mean over time") {
    $0.net.cell = .elman()
    $0.net.pool = .mean
    $0.optimizer.rate = 0.005
  },
  Healthy(.characters, "batch of 96") {
    $0.data.batch = 96
    $0.steps = 120
  },
  Healthy(.characters, "half of one class") { $0.data.firstClassShare = 0.4 },
  Healthy(.characters, "one in ten symbols unknown") { $0.data.unknownShare = 0.1 },
  Healthy(.characters, "smoothed labels, warm-up and line") {
    $0.loss.smoothing = 0.1
    $0.optimizer.schedule = Schedule(.linear(steps: 200), warmUpSteps: 20)
  },
  Healthy(.characters, "long after it is learned") { $0.steps = 700 },
  Healthy(.characters, "embedding of 24, dropout 0.3") {
    $0.net.embedding = 24
    $0.net.dropout = 0.3
    $0.net.units = 40
  },
  Healthy(.characters, "AMSGrad") { $0.optimizer.rule = .amsgrad },
  Healthy(.characters, "state dropout 0.3, LSTM") {
    $0.net.cell = .lstm(forgetBias: 1)
    $0.net.recurrentDropout = 0.3
    $0.net.units = 48
    $0.steps = 260
  },
  Healthy(.characters, "Adam at 0.002, long") {
    $0.optimizer.rate = 0.002
    $0.steps = 600
  },
  Healthy(.words, "64 units, dropout 0.3") {
    $0.net.units = 64
    $0.net.dropout = 0.3
    $0.steps = 300
  },
  Healthy(.words, "certainty of 0.7") {
    $0.data.certainty = 0.75
    $0.steps = 300
  },
  Healthy(.words, "32 streams, at 0.02") {
    $0.data.batch = 32
    $0.optimizer.rate = 0.02
  },
  Healthy(.words, "momentum, clipped at 1") {
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.2
    $0.optimizer.clipping = .norm(1)
    $0.steps = 400
  },
  Healthy(.words, "a long text") {
    $0.data.textLength = 4_000
    $0.steps = 480
  },
  Healthy(.words, "Adam at 0.003, line to zero") {
    $0.optimizer.rate = 0.004
    $0.optimizer.schedule = Schedule(.linear(steps: 500))
    $0.steps = 500
  },
  Healthy(.words, "descent, slow") {
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 1
    $0.optimizer.clipping = .norm(5)
    $0.steps = 600
  },
  Healthy(.words, "half of the words not asked for") { $0.loss.masked = 0.5 },
  Healthy(.attention, "three blocks, at 0.003") {
    $0.net.layers = 3
    $0.net.units = 32
    $0.optimizer.rate = 0.003
    $0.steps = 300
  },
  Healthy(.attention, "long sequences") { $0.data.lengths = 15...25 },
  Healthy(.attention, "batch of 128") {
    $0.data.batch = 128
    $0.steps = 160
  },
  Healthy(.attention, "AMSGrad, dropout 0.2") {
    $0.optimizer.rule = .amsgrad
    $0.net.dropout = 0.2
    $0.net.units = 32
    $0.steps = 300
  },
  Healthy(.attention, "half of one class") { $0.data.firstClassShare = 0.4 },
  Healthy(.attention, "long after it is learned") { $0.steps = 700 },
  Healthy(.attention, "gradients of four batches") {
    $0.optimizer.accumulation = 4
    $0.data.batch = 8
    $0.steps = 160
  },
  Healthy(.attention, "half of the labels left out") {
    $0.loss.masked = 0.5
    $0.steps = 300
  },
  Healthy(.stems, "48 units, dropout 0.2") {
    $0.net.units = 48
    $0.net.dropout = 0.2
    $0.steps = 260
  },
  Healthy(.stems, "two layers") {
    $0.net.layers = 2
    $0.optimizer.rate = 0.005
  },
  Healthy(.stems, "200 stems, cosine schedule") {
    $0.data.stemCount = 200
    $0.optimizer.schedule = Schedule(.cosine(steps: 200), warmUpSteps: 10)
  },
  Healthy(.stems, "momentum") {
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.1
    $0.steps = 300
  },
  Healthy(.stems, "soft nearest neighbors, temperature of 1, AdamW") {
    $0.loss.stems = .neighbors
    $0.loss.temperature = 1
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.steps = 150
  },
  Healthy(.stems, "within the batch, margin 0.5") {
    $0.loss.stems = .margin
    $0.loss.margin = 0.5
    $0.steps = 150
  },
  Healthy(.stems, "clipped at 0.5") { $0.optimizer.clipping = .norm(0.5) },
]
