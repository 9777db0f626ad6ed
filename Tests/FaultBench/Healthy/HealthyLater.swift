import Sluice

/// More forms of healthy trainings on both sources. They were written apart from the rules, and looked at when those stood.
let healthyLater: [Healthy] =
  healthyLaterClasses + healthyLaterNumbers + healthyLaterStrings + healthyLaterSequences

/// Healthy trainings of classes of columns.
let healthyLaterClasses: [Healthy] = [
  Healthy(.perceptron, "five deep, orthogonal, GELU, RMSprop") {
    $0.net.depth = 5
    $0.net.units = 40
    $0.net.activation = .gelu
    $0.net.initializer = .orthogonal(blockRows: nil)
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.001
    $0.steps = 400
  },
  Healthy(.perceptron, "three tanhs, Nesterov, exponential") {
    $0.net.depth = 3
    $0.net.units = 56
    $0.net.activation = .tanh
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.04
    $0.optimizer.schedule = Schedule(.exponential(factor: 0.993))
    $0.steps = 360
  },
  Healthy(.perceptron, "AMSGrad, batch of 12, clipped by value") {
    $0.data.batch = 12
    $0.optimizer.rule = .amsgrad
    $0.optimizer.rate = 0.004
    $0.optimizer.clipping = .value(0.5)
    $0.steps = 500
  },
  Healthy(.perceptron, "Adagrad of a net that is normalized, batch of 48") {
    $0.net.isNormalized = true
    $0.data.batch = 48
    $0.optimizer.rule = .adagrad
    $0.optimizer.rate = 0.04
    $0.steps = 400
  },
  Healthy(.perceptron, "dropout 0.25 with smoothed labels, SMORMS3") {
    $0.net.units = 96
    $0.net.dropout = 0.25
    $0.loss.smoothing = 0.05
    $0.optimizer.rule = .smorms3
    $0.optimizer.rate = 0.006
    $0.steps = 360
  },
  Healthy(.perceptron, "columns of three units, standardized") {
    $0.data.columnShifts = [0: 300, 6: -4]
    $0.data.columnFactors = [0: 25, 2: 0.002]
    $0.data.isStandardized = true
    $0.net.units = 40
  },
  Healthy(.perceptron, "evaluated by a running mean") {
    $0.watch.evaluatesMean = 0.95
    $0.net.units = 48
    $0.optimizer.rate = 0.008
    $0.steps = 300
  },
  Healthy(.perceptron, "gradients two steps late, momentum") {
    $0.optimizer.gradientDelay = 2
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.02
    $0.steps = 300
  },
  Healthy(.perceptron, "a little noise on the gradients, descent") {
    $0.optimizer.gradientNoise = 0.002
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.2
    $0.data.batch = 64
    $0.steps = 400
  },
  Healthy(.perceptron, "rows blended by a tenth at most") {
    $0.data.blended = 0.1
    $0.net.units = 64
    $0.optimizer.rate = 0.006
  },
  other(.perceptron, "four deep, orthogonal, tanh, AMSGrad") {
    $0.net.depth = 4
    $0.net.units = 48
    $0.net.activation = .tanh
    $0.data.examples = 6_000
    $0.net.initializer = .orthogonal(blockRows: nil)
    $0.optimizer.rule = .amsgrad
    $0.optimizer.rate = 0.003
    $0.steps = 360
  },
  other(.perceptron, "Adagrad, batch of 64, cosine") {
    $0.optimizer.rule = .adagrad
    $0.optimizer.rate = 0.05
    $0.data.batch = 64
    $0.data.examples = 8_000
    $0.optimizer.schedule = Schedule(.cosine(steps: 400, floor: 0.1))
    $0.steps = 400
  },
  other(.perceptron, "SMORMS3, 72 wide") {
    $0.net.units = 72
    $0.optimizer.rule = .smorms3
    $0.optimizer.rate = 0.004
    $0.data.examples = 8_000
    $0.steps = 300
  },
  other(.perceptron, "Nesterov, batch of 12, line to a tenth") {
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.01
    $0.data.batch = 12
    $0.data.examples = 8_000
    $0.optimizer.schedule = Schedule(.linear(steps: 600, floor: 0.1))
    $0.steps = 600
  },
  other(.perceptron, "one sigmoid layer of 80") {
    $0.net.depth = 1
    $0.net.units = 80
    $0.net.activation = .sigmoid
    $0.data.examples = 6_000
    $0.optimizer.rate = 0.02
    $0.steps = 400
  },
  other(.perceptron, "eight deep, ReLU, normalized, dropout 0.1") {
    $0.net.depth = 8
    $0.net.units = 24
    $0.net.isNormalized = true
    $0.net.dropout = 0.1
    $0.data.examples = 16_000
    $0.optimizer.rate = 0.002
    $0.optimizer.schedule = Schedule(.constant, warmUpSteps: 30)
    $0.steps = 400
  },
  other(.perceptron, "evaluated by a running mean, AdamW") {
    $0.watch.evaluatesMean = 0.97
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.02
    $0.optimizer.rate = 0.004
    $0.net.units = 64
    $0.data.examples = 8_000
    $0.steps = 400
  },
]

/// Healthy trainings of numbers from columns.
let healthyLaterNumbers: [Healthy] = [
  Healthy(.regression, "five deep, orthogonal, tanh, cosine to a floor") {
    $0.net.depth = 5
    $0.net.units = 40
    $0.net.initializer = .orthogonal(blockRows: nil)
    $0.optimizer.rate = 0.004
    $0.optimizer.schedule = Schedule(.cosine(steps: 300, floor: 0.1), warmUpSteps: 20)
    $0.steps = 300
  },
  Healthy(.regression, "Huber, Adagrad, batch of 48") {
    $0.loss.regression = .huber
    $0.optimizer.rule = .adagrad
    $0.optimizer.rate = 0.05
    $0.data.batch = 48
    $0.steps = 500
  },
  Healthy(.regression, "three deep, GELU, SMORMS3, clipped at 2") {
    $0.net.depth = 3
    $0.net.units = 40
    $0.net.activation = .gelu
    $0.optimizer.rule = .smorms3
    $0.optimizer.rate = 0.005
    $0.optimizer.clipping = .norm(2)
    $0.steps = 360
  },
  Healthy(.regression, "Gaussian likelihood, AMSGrad, GELU") {
    $0.loss.regression = .gaussian
    $0.net.activation = .gelu
    $0.net.units = 48
    $0.optimizer.rule = .amsgrad
    $0.optimizer.rate = 0.004
    $0.data.examples = 8_000
    $0.steps = 400
  },
  Healthy(.regression, "Nesterov, batch of 96, warm-up") {
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.02
    $0.data.batch = 96
    $0.optimizer.schedule = Schedule(.constant, warmUpSteps: 25)
    $0.net.units = 56
    $0.steps = 360
  },
  Healthy(.regression, "evaluated by a running mean, line to zero") {
    $0.watch.evaluatesMean = 0.9
    $0.net.units = 48
    $0.optimizer.rate = 0.008
    $0.optimizer.schedule = Schedule(.linear(steps: 300))
    $0.steps = 300
  },
  other(.regression, "Gaussian likelihood, RMSprop, clipped at 2") {
    $0.loss.regression = .gaussian
    $0.net.units = 40
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.002
    $0.optimizer.clipping = .norm(2)
    $0.steps = 500
  },
  other(.regression, "six deep, tanh, Xavier, AdamW") {
    $0.net.depth = 6
    $0.net.units = 32
    $0.net.initializer = .xavierUniform
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.rate = 0.003
    $0.steps = 400
  },
  other(.regression, "AMSGrad, batch of 12, GELU") {
    $0.net.activation = .gelu
    $0.data.batch = 12
    $0.optimizer.rule = .amsgrad
    $0.optimizer.rate = 0.003
    $0.steps = 500
  },
  other(.regression, "Adagrad, exponential, Huber") {
    $0.loss.regression = .huber
    $0.optimizer.rule = .adagrad
    $0.optimizer.rate = 0.06
    $0.optimizer.schedule = Schedule(.exponential(factor: 0.998))
    $0.steps = 500
  },
  other(.regression, "a little noise on the gradients") {
    $0.optimizer.gradientNoise = 0.002
    $0.net.units = 48
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.01
    $0.steps = 360
  },
]
