import Sluice

/// Healthy trainings of the models that read columns of numbers.
let healthyColumns: [Healthy] = [
  Healthy(.perceptron, "as it is"),
  Healthy(.perceptron, "one hidden layer") { $0.net.depth = 1 },
  Healthy(.perceptron, "wide") {
    $0.net.units = 96
    $0.optimizer.rate = 0.003
  },
  Healthy(.perceptron, "narrow") { $0.net.units = 12 },
  Healthy(.perceptron, "four deep, tanh") {
    $0.net.depth = 4
    $0.net.activation = .tanh
  },
  Healthy(.perceptron, "four deep, GELU") {
    $0.net.depth = 4
    $0.net.activation = .gelu
  },
  Healthy(.perceptron, "eight deep, Kaiming") {
    $0.net.depth = 8
    $0.net.initializer = .kaimingNormal
    $0.optimizer.rate = 0.003
  },
  Healthy(.perceptron, "twelve deep, normalized") {
    $0.net.depth = 12
    $0.net.isNormalized = true
    $0.optimizer.rate = 0.003
  },
  Healthy(.perceptron, "twenty deep, normalized, Kaiming") {
    $0.net.depth = 20
    $0.net.isNormalized = true
    $0.net.initializer = .kaimingNormal
    $0.optimizer.rate = 0.003
  },
  Healthy(.perceptron, "tanh, normalized") {
    $0.net.activation = .tanh
    $0.net.isNormalized = true
  },
  Healthy(.perceptron, "orthogonal") {
    $0.net.initializer = .orthogonal(blockRows: nil)
    $0.net.activation = .tanh
  },
  Healthy(.perceptron, "Xavier") {
    $0.net.initializer = .xavierUniform
    $0.net.activation = .tanh
  },
  Healthy(.perceptron, "one sigmoid layer") {
    $0.net.activation = .sigmoid
    $0.net.depth = 1
    $0.optimizer.rate = 0.03
  },
  Healthy(.perceptron, "dropout 0.1") { $0.net.dropout = 0.1 },
  Healthy(.perceptron, "dropout 0.3") {
    $0.net.dropout = 0.3
    $0.net.units = 64
  },
  Healthy(.perceptron, "dropout 0.5") {
    $0.net.dropout = 0.5
    $0.net.units = 96
  },
  Healthy(.perceptron, "descent") {
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.3
  },
  Healthy(.perceptron, "slow descent") {
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.1
    $0.steps = 400
  },
  Healthy(.perceptron, "momentum") {
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.05
  },
  Healthy(.perceptron, "Nesterov") {
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.05
  },
  Healthy(.perceptron, "AdamW") {
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
  },
  Healthy(.perceptron, "AMSGrad") { $0.optimizer.rule = .amsgrad },
  Healthy(.perceptron, "RMSprop") {
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.003
  },
  Healthy(.perceptron, "Adagrad") {
    $0.optimizer.rule = .adagrad
    $0.optimizer.rate = 0.05
  },
  Healthy(.perceptron, "SMORMS3") {
    $0.optimizer.rule = .smorms3
    $0.optimizer.rate = 0.01
  },
  Healthy(.perceptron, "Adam at 0.003") {
    $0.optimizer.rate = 0.003
    $0.steps = 400
  },
  Healthy(.perceptron, "Adam at 0.03") { $0.optimizer.rate = 0.03 },
  Healthy(.perceptron, "decay of descent") {
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.3
    $0.optimizer.decay = 1e-3
  },
  Healthy(.perceptron, "batch of one") {
    $0.data.batch = 1
    $0.optimizer.rate = 0.002
    $0.steps = 900
  },
  Healthy(.perceptron, "batch of one, descent") {
    $0.data.batch = 1
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.03
    $0.steps = 1_200
  },
  Healthy(.perceptron, "batch of 8") {
    $0.data.batch = 8
    $0.optimizer.rate = 0.005
    $0.steps = 400
  },
  Healthy(.perceptron, "batch of 256") {
    $0.data.batch = 256
    $0.steps = 120
  },
  Healthy(.perceptron, "gradients of four batches") {
    $0.optimizer.accumulation = 4
    $0.data.batch = 8
    $0.steps = 150
  },
  Healthy(.perceptron, "gradients of ten batches") {
    $0.optimizer.accumulation = 10
    $0.data.batch = 4
    $0.steps = 120
  },
  Healthy(.perceptron, "clipped at 1") {
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.3
    $0.optimizer.clipping = .norm(1)
  },
  Healthy(.perceptron, "clipped by value") { $0.optimizer.clipping = .value(0.5) },
  Healthy(.perceptron, "warm-up and cosine") {
    $0.optimizer.schedule = Schedule(.cosine(steps: 220), warmUpSteps: 20)
  },
  Healthy(.perceptron, "line to zero") { $0.optimizer.schedule = Schedule(.linear(steps: 240)) },
  Healthy(.perceptron, "falls by steps") { $0.optimizer.schedule = Schedule(.step(every: 80, factor: 0.3)) },
  Healthy(.perceptron, "smoothed labels") { $0.loss.smoothing = 0.1 },
  Healthy(.perceptron, "half of the labels left out") { $0.loss.masked = 0.5 },
  Healthy(.perceptron, "a sum at a rate for it") {
    $0.loss.reduction = .sum
    $0.optimizer.rule = .adam
  },
  Healthy(.perceptron, "first layer frozen on purpose") {
    $0.changes = [.freeze("hidden_0")]
    $0.watch.freezes = "hidden_0"
    $0.net.units = 64
  },
  Healthy(.perceptron, "a third of one class") { $0.data.firstClassShare = 0.3 },
  Healthy(.perceptron, "a few wrong labels") {
    $0.data.labelNoise = 0.02
    $0.data.examples = 2_000
  },
  Healthy(.perceptron, "resumed") { $0.watch.resumesAt = 115 },
  Healthy(.perceptron, "resumed soon") { $0.watch.resumesAt = 7 },
  Healthy(.perceptron, "every step looked at") { $0.watch.interval = 1 },
  Healthy(.perceptron, "every fourth step looked at") { $0.watch.interval = 4 },
  Healthy(.perceptron, "chance not told") { $0.watch.saysChance = false },
  Healthy(.perceptron, "without validation") { $0.watch.validationEvery = nil },
  Healthy(.perceptron, "inputs × 3") { $0.data.inputFactor = 3 },
  Healthy(.perceptron, "inputs × 0.3") { $0.data.inputFactor = 0.3 },
  Healthy(.regression, "as it is"),
  Healthy(.regression, "Huber") { $0.loss.regression = .huber },
  Healthy(.regression, "Gaussian likelihood") {
    $0.loss.regression = .gaussian
    $0.optimizer.rate = 0.005
    $0.steps = 400
  },
  Healthy(.regression, "Gaussian likelihood, ReLU") {
    $0.loss.regression = .gaussian
    $0.net.activation = .relu
    $0.optimizer.rate = 0.005
    $0.steps = 400
  },
  Healthy(.regression, "Gaussian likelihood, every fourth step looked at") {
    $0.loss.regression = .gaussian
    $0.optimizer.rate = 0.005
    $0.steps = 400
    $0.watch.interval = 4
  },
  Healthy(.regression, "ReLU") { $0.net.activation = .relu },
  Healthy(.regression, "GELU") { $0.net.activation = .gelu },
  Healthy(.regression, "four deep") {
    $0.net.depth = 4
    $0.optimizer.rate = 0.005
  },
  Healthy(.regression, "normalized") { $0.net.isNormalized = true },
  Healthy(.regression, "wide") {
    $0.net.units = 128
    $0.optimizer.rate = 0.003
  },
  Healthy(.regression, "descent") {
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.1
    $0.steps = 400
  },
  Healthy(.regression, "momentum") {
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.02
  },
  Healthy(.regression, "SMORMS3") {
    $0.optimizer.rule = .smorms3
    $0.optimizer.rate = 0.01
  },
  Healthy(.regression, "Adagrad") {
    $0.optimizer.rule = .adagrad
    $0.optimizer.rate = 0.05
  },
  Healthy(.regression, "AdamW, cosine") {
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.schedule = Schedule(.cosine(steps: 240), warmUpSteps: 10)
  },
  Healthy(.regression, "batch of one") {
    $0.data.batch = 1
    $0.optimizer.rate = 0.002
    $0.steps = 1_200
  },
  Healthy(.regression, "gradients of eight batches") {
    $0.optimizer.accumulation = 8
    $0.data.batch = 4
    $0.steps = 150
  },
  Healthy(.regression, "targets + 2") { $0.data.targetShift = 2 },
  Healthy(.regression, "dropout 0.1") {
    $0.net.dropout = 0.1
    $0.net.units = 64
    $0.steps = 400
  },
  Healthy(.regression, "resumed") { $0.watch.resumesAt = 120 },
  Healthy(.regression, "every step looked at") { $0.watch.interval = 1 },
]
