import Sluice

/// Healthy trainings of classifiers of a table.
let healthyTables: [Healthy] = [
  other(.perceptron, "as it is") { $0.data.examples = 4_096 },
  other(.perceptron, "96 wide, AdamW") {
    $0.data.examples = 8_000
    $0.net.units = 96
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.05
    $0.optimizer.rate = 0.003
  },
  other(.perceptron, "momentum, cosine") {
    $0.data.examples = 4_096
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.05
    $0.optimizer.schedule = Schedule(.cosine(steps: 300), warmUpSteps: 15)
    $0.steps = 300
  },
  other(.perceptron, "descent, batch of 16") {
    $0.data.batch = 16
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.15
    $0.steps = 600
    $0.data.examples = 6_000
  },
  other(.perceptron, "RMSprop at 0.002, tanh") {
    $0.data.examples = 6_000
    $0.net.activation = .tanh
    $0.net.units = 48
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.002
    $0.steps = 400
  },
  other(.perceptron, "ten deep, GELU, normalized, warm-up") {
    $0.data.examples = 6_000
    $0.net.depth = 10
    $0.net.activation = .gelu
    $0.net.isNormalized = true
    $0.optimizer.rate = 0.002
    $0.optimizer.schedule = Schedule(.constant, warmUpSteps: 40)
    $0.steps = 400
  },
  other(.perceptron, "six deep, tanh, normalized") {
    $0.data.examples = 6_000
    $0.net.depth = 6
    $0.net.activation = .tanh
    $0.net.isNormalized = true
    $0.optimizer.rate = 0.003
    $0.steps = 400
  },
  other(.perceptron, "dropout 0.5 of 128 units") {
    $0.data.examples = 4_096
    $0.net.units = 128
    $0.net.dropout = 0.5
    $0.optimizer.rate = 0.005
    $0.steps = 400
  },
  other(.perceptron, "dropout 0.25, three deep") {
    $0.data.examples = 4_096
    $0.net.units = 64
    $0.net.depth = 3
    $0.net.dropout = 0.25
    $0.optimizer.rate = 0.004
    $0.steps = 400
  },
  other(.perceptron, "smoothed labels, AdamW, line to zero") {
    $0.data.examples = 6_000
    $0.loss.smoothing = 0.1
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.schedule = Schedule(.linear(steps: 300), warmUpSteps: 15)
    $0.steps = 300
  },
  other(.perceptron, "one in twenty labels wrong") {
    $0.data.examples = 8_000
    $0.data.labelNoise = 0.05
    $0.steps = 300
  },
  other(.perceptron, "half of one class") {
    $0.data.examples = 4_096
    $0.data.firstClassShare = 0.25
    $0.data.batch = 64
  },
  other(.perceptron, "weights for rare classes") {
    $0.data.examples = 8_000
    $0.net.units = 24
    $0.optimizer.rate = 0.006
    $0.loss.classWeights = [0.6, 0.8, 1, 1.6, 2.4]
    $0.steps = 300
  },
  other(.perceptron, "gradients of four batches, clipped at 1") {
    $0.data.examples = 6_000
    $0.optimizer.accumulation = 4
    $0.data.batch = 16
    $0.optimizer.clipping = .norm(1)
  },
  other(.perceptron, "batch of 256, at 0.01") {
    $0.data.examples = 8_000
    $0.data.batch = 256
    $0.steps = 160
  },
  other(.perceptron, "columns of many units, standardized") {
    $0.data.examples = 4_096
    $0.data.columnFactors = [0: 10, 4: 3_000, 5: 12]
    $0.data.columnShifts = [4: 9_000, 5: 45]
    $0.data.isStandardized = true
  },
  other(.perceptron, "fine-tuned at a tenth of the rate") {
    $0.data.examples = 8_000
    $0.earlierSteps = 150
    $0.optimizer.rate = 0.001
  },
  other(.perceptron, "resumed, Nesterov") {
    $0.data.examples = 8_000
    $0.optimizer.rule = .nesterov
    $0.optimizer.rate = 0.02
    $0.watch.resumesAt = 130
    $0.steps = 300
  },
  other(.perceptron, "third of the labels left out") {
    $0.data.examples = 6_000
    $0.loss.masked = 0.33
  },
  other(.perceptron, "augmented with a little noise") {
    $0.data.examples = 4_096
    $0.data.augmentation = 0.15
    $0.net.units = 64
    $0.optimizer.rate = 0.005
  },
]

/// Healthy trainings of models of prices.
let healthyPrices: [Healthy] = [
  other(.regression, "as it is"),
  other(.regression, "96 wide, ReLU, AdamW, cosine") {
    $0.net.units = 96
    $0.net.activation = .relu
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.rate = 0.004
    $0.optimizer.schedule = Schedule(.cosine(steps: 300), warmUpSteps: 15)
    $0.steps = 300
  },
  other(.regression, "momentum, batch of 64") {
    $0.data.batch = 64
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.02
  },
  other(.regression, "descent, clipped at 5") {
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.05
    $0.optimizer.clipping = .norm(5)
    $0.steps = 400
  },
  other(.regression, "Huber, RMSprop") {
    $0.loss.regression = .huber
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.002
    $0.steps = 400
  },
  other(.regression, "Gaussian likelihood") {
    $0.loss.regression = .gaussian
    $0.optimizer.rate = 0.005
    $0.steps = 400
  },
  other(.regression, "eight deep, GELU, normalized") {
    $0.net.depth = 8
    $0.net.activation = .gelu
    $0.net.isNormalized = true
    $0.optimizer.rate = 0.003
    $0.steps = 300
  },
  other(.regression, "targets measured with noise") {
    $0.data.targetNoise = 0.4
    $0.data.examples = 6_000
    $0.steps = 300
  },
  other(.regression, "dropout 0.1 of 96 units") {
    $0.net.units = 96
    $0.net.dropout = 0.1
    $0.optimizer.rate = 0.003
    $0.steps = 400
  },
  other(.regression, "batch of 8, at 0.003") {
    $0.data.batch = 8
    $0.optimizer.rate = 0.003
    $0.steps = 600
  },
  other(.regression, "gradients of two batches, momentum") {
    $0.optimizer.accumulation = 2
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.02
  },
  other(.regression, "square meters, standardized, targets as they are") {
    $0.data.columnFactors = [0: 35, 2: 20, 3: 4_000]
    $0.data.columnShifts = [0: 110, 2: 30, 3: 7_000]
    $0.data.isStandardized = true
  },
  other(.regression, "fine-tuned, first layer frozen on purpose") {
    $0.earlierSteps = 80
    $0.net.units = 48
    $0.optimizer.rate = 0.003
    $0.changes = [.freeze("hidden_0")]
    $0.watch.freezes = "hidden_0"
  },
  other(.regression, "300 examples, an early end") {
    $0.data.examples = 300
    $0.steps = 120
    $0.optimizer.rate = 0.005
  },
]
