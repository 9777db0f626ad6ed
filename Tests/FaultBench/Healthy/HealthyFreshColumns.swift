import Sluice

/// Healthy trainings that were kept aside once, of the models that read columns: of forms that no rule was checked with.
let healthyFreshColumns: [Healthy] = [
  Healthy(.perceptron, "one layer of 256") {
    $0.net.units = 256
    $0.net.depth = 1
    $0.optimizer.rate = 0.003
  },
  Healthy(.perceptron, "three deep, tanh, 48 wide") {
    $0.net.depth = 3
    $0.net.units = 48
    $0.net.activation = .tanh
  },
  Healthy(.perceptron, "sixteen deep, GELU, normalized") {
    $0.net.depth = 16
    $0.net.activation = .gelu
    $0.net.isNormalized = true
    $0.optimizer.rate = 0.003
    $0.optimizer.schedule = Schedule(.cosine(steps: 400), warmUpSteps: 40)
    $0.steps = 400
  },
  Healthy(.perceptron, "twenty deep, tanh, normalized, Xavier") {
    $0.net.depth = 20
    $0.net.activation = .tanh
    $0.net.isNormalized = true
    $0.net.initializer = .xavierNormal
    $0.optimizer.rate = 0.002
  },
  Healthy(.perceptron, "ten deep, Kaiming, momentum, warm-up") {
    $0.net.depth = 10
    $0.net.initializer = .kaimingNormal
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.01
    $0.optimizer.schedule = Schedule(.constant, warmUpSteps: 30)
    $0.steps = 300
  },
  Healthy(.perceptron, "six deep, orthogonal, tanh, descent") {
    $0.net.depth = 6
    $0.net.activation = .tanh
    $0.net.initializer = .orthogonal(blockRows: nil)
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.1
    $0.steps = 360
  },
  Healthy(.perceptron, "two sigmoid layers, normalized") {
    $0.net.activation = .sigmoid
    $0.net.isNormalized = true
    $0.optimizer.rate = 0.02
  },
  Healthy(.perceptron, "Adam, first β of 0.8") { $0.optimizer.momentum = 0.8 },
  Healthy(.perceptron, "Adam, an epsilon of 0.0001") { $0.optimizer.epsilon = 1e-4 },
  Healthy(.perceptron, "momentum of 0.8, falls by a line") {
    $0.optimizer.rule = .momentum
    $0.optimizer.momentum = 0.8
    $0.optimizer.rate = 0.1
    $0.optimizer.schedule = Schedule(.linear(steps: 240))
  },
  Healthy(.perceptron, "Nesterov, batch of 128, clipped at 2") {
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.05
    $0.optimizer.clipping = .norm(2)
    $0.data.batch = 128
  },
  Healthy(.perceptron, "Adagrad, long") {
    $0.optimizer.rule = .adagrad
    $0.optimizer.rate = 0.03
    $0.steps = 700
  },
  Healthy(.perceptron, "SMORMS3, batch of 8") {
    $0.optimizer.rule = .smorms3
    $0.optimizer.rate = 0.005
    $0.data.batch = 8
    $0.steps = 400
  },
  Healthy(.perceptron, "AMSGrad, line to a tenth") {
    $0.optimizer.rule = .amsgrad
    $0.optimizer.schedule = Schedule(.linear(steps: 200, floor: 0.1))
  },
  Healthy(.perceptron, "Adam at 0.02, exponential") {
    $0.optimizer.rate = 0.02
    $0.optimizer.schedule = Schedule(.exponential(factor: 0.99))
  },
  Healthy(.perceptron, "cosine to a floor, long") {
    $0.optimizer.schedule = Schedule(.cosine(steps: 600, floor: 0.05), warmUpSteps: 40)
    $0.steps = 700
  },
  Healthy(.perceptron, "warm-up of 100 steps, descent") {
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.3
    $0.optimizer.schedule = Schedule(.constant, warmUpSteps: 100)
    $0.steps = 400
  },
  Healthy(.perceptron, "batch of one, AdamW, line to zero") {
    $0.data.batch = 1
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.rate = 0.002
    $0.optimizer.schedule = Schedule(.linear(steps: 1_200))
    $0.steps = 1_200
  },
  Healthy(.perceptron, "batch of 4, dropout 0.1") {
    $0.data.batch = 4
    $0.net.dropout = 0.1
    $0.optimizer.rate = 0.003
    $0.steps = 700
  },
  Healthy(.perceptron, "gradients of 16 small batches, AdamW") {
    $0.optimizer.accumulation = 16
    $0.data.batch = 4
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.steps = 120
  },
  Healthy(.perceptron, "gradients of three batches, descent, clipped") {
    $0.optimizer.accumulation = 3
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.3
    $0.optimizer.clipping = .norm(1)
  },
  Healthy(.perceptron, "nine in ten of one class, long") {
    $0.data.firstClassShare = 0.85
    $0.data.batch = 64
    $0.steps = 500
  },
  Healthy(.perceptron, "four in ten of one class, smoothed") {
    $0.data.firstClassShare = 0.4
    $0.loss.smoothing = 0.05
  },
  Healthy(.perceptron, "eight in ten labels left out, batch of 64") {
    $0.loss.masked = 0.8
    $0.data.batch = 64
    $0.steps = 300
  },
  Healthy(.perceptron, "three in a hundred labels wrong") {
    $0.data.labelNoise = 0.03
    $0.data.examples = 4_000
  },
  Healthy(.perceptron, "dropout 0.5, normalized, AdamW") {
    $0.net.units = 128
    $0.net.dropout = 0.5
    $0.net.isNormalized = true
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.rate = 0.005
  },
  Healthy(.perceptron, "dropout 0.2, five deep, Kaiming") {
    $0.net.depth = 5
    $0.net.units = 64
    $0.net.dropout = 0.2
    $0.net.initializer = .kaimingNormal
    $0.optimizer.rate = 0.003
    $0.steps = 300
  },
  Healthy(.perceptron, "decay of 0.0005, momentum") {
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.05
    $0.optimizer.decay = 5e-4
    $0.steps = 400
  },
  Healthy(.perceptron, "AdamW's decay of 0.1") {
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.1
    $0.optimizer.rate = 0.005
    $0.steps = 300
  },
  Healthy(.perceptron, "fine-tuned") {
    $0.earlierSteps = 200
    $0.optimizer.rate = 0.001
  },
  Healthy(.perceptron, "fine-tuned, but for the output frozen on purpose") {
    $0.earlierSteps = 150
    $0.optimizer.rate = 0.002
    $0.changes = [.freeze("hidden")]
    $0.watch.freezes = "hidden"
    $0.net.units = 96
    $0.net.activation = .tanh
    $0.steps = 400
  },
  Healthy(.perceptron, "fine-tuned, descent, warm-up") {
    $0.earlierSteps = 120
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.05
    $0.optimizer.schedule = Schedule(.linear(steps: 240), warmUpSteps: 20)
  },
  Healthy(.perceptron, "400 examples, few epochs, dropout 0.3") {
    $0.data.examples = 400
    $0.net.units = 64
    $0.net.dropout = 0.3
    $0.steps = 120
  },
  Healthy(.perceptron, "resumed twice as long, momentum") {
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.05
    $0.watch.resumesAt = 230
    $0.steps = 480
  },
  Healthy(.perceptron, "two layers at a third of the rate") { $0.optimizer.group = ("hidden", 0.3) },
  Healthy(.regression, "twelve deep, tanh, normalized, Xavier") {
    $0.net.depth = 12
    $0.net.initializer = .xavierUniform
    $0.net.isNormalized = true
    $0.optimizer.rate = 0.002
    $0.steps = 400
  },
  Healthy(.regression, "eight deep, ReLU, Kaiming") {
    $0.net.depth = 8
    $0.net.activation = .relu
    $0.net.initializer = .kaimingNormal
    $0.optimizer.rate = 0.003
  },
  Healthy(.regression, "narrow, long") {
    $0.net.units = 12
    $0.steps = 700
  },
  Healthy(.regression, "RMSprop, Huber, exponential") {
    $0.loss.regression = .huber
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.004
    $0.optimizer.schedule = Schedule(.exponential(factor: 0.995))
  },
  Healthy(.regression, "Gaussian likelihood, batch of 128, cosine") {
    $0.loss.regression = .gaussian
    $0.data.batch = 128
    $0.optimizer.rate = 0.005
    $0.optimizer.schedule = Schedule(.cosine(steps: 400), warmUpSteps: 20)
    $0.steps = 400
  },
  Healthy(.regression, "Gaussian likelihood, clipped at 1, long") {
    $0.loss.regression = .gaussian
    $0.optimizer.clipping = .norm(1)
    $0.optimizer.rate = 0.003
    $0.steps = 900
  },
  Healthy(.regression, "Gaussian likelihood, resumed") {
    $0.loss.regression = .gaussian
    $0.optimizer.rate = 0.005
    $0.optimizer.schedule = Schedule(.linear(steps: 400))
    $0.steps = 400
    $0.watch.resumesAt = 200
  },
  Healthy(.regression, "Gaussian likelihood, descent, clipped at 1") {
    $0.loss.regression = .gaussian
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.03
    $0.optimizer.clipping = .norm(1)
    $0.steps = 700
  },
  Healthy(.regression, "targets measured with much noise, many of them") {
    $0.data.targetNoise = 0.5
    $0.data.examples = 8_000
    $0.steps = 300
  },
  Healthy(.regression, "targets × 3, + 1, Huber") {
    $0.data.targetFactor = 3
    $0.data.targetShift = 1
    $0.loss.regression = .huber
    $0.steps = 400
  },
  Healthy(.regression, "standardized columns of many units") {
    $0.data.columnFactors = [0: 100, 3: 0.01]
    $0.data.columnShifts = [1: 50]
    $0.data.isStandardized = true
  },
  Healthy(.regression, "batch of 4, momentum") {
    $0.data.batch = 4
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.003
    $0.steps = 900
  },
  Healthy(.regression, "first layer frozen on purpose") {
    $0.changes = [.freeze("hidden_0")]
    $0.watch.freezes = "hidden_0"
    $0.net.units = 96
    $0.steps = 400
  },
  Healthy(.regression, "fine-tuned") {
    $0.earlierSteps = 250
    $0.optimizer.rate = 0.001
  },
  Healthy(.regression, "AMSGrad, long, to zero") {
    $0.optimizer.rule = .amsgrad
    $0.optimizer.schedule = Schedule(.linear(steps: 900))
    $0.steps = 900
  },
]
