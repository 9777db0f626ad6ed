import Sluice

/// Healthy trainings of classifiers of strings with a motif, and of words of another language.
let healthyStrings: [Healthy] = [
  other(.characters, "as it is"),
  other(.characters, "LSTM of 48, clipped at 1") {
    $0.net.cell = .lstm(forgetBias: 1)
    $0.net.units = 48
    $0.optimizer.clipping = .norm(1)
    $0.optimizer.rate = 0.005
    $0.steps = 300
  },
  other(.characters, "two layers, dropout 0.2, AdamW") {
    $0.net.layers = 2
    $0.net.dropout = 0.2
    $0.net.units = 40
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.rate = 0.006
    $0.steps = 300
  },
  other(.characters, "largest over time, batch of 64") {
    $0.net.pool = .maximum
    $0.data.batch = 64
  },
  other(.characters, "mean over time, momentum") {
    $0.net.pool = .mean
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.2
    $0.steps = 500
  },
  other(.characters, "normalized GRU, cosine") {
    $0.net.cell = .layerNormGRU(updateBias: 1)
    $0.optimizer.schedule = Schedule(.cosine(steps: 240), warmUpSteps: 12)
    $0.steps = 240
  },
  other(.characters, "short strings, smoothed labels") {
    $0.data.lengths = 6...12
    $0.loss.smoothing = 0.1
  },
  other(.characters, "one in twenty labels wrong") {
    $0.data.labelNoise = 0.05
    $0.data.examples = 8_000
    $0.steps = 300
  },
  other(.characters, "half of one class") {
    $0.data.firstClassShare = 0.4
    $0.data.batch = 64
  },
  other(.characters, "embedding of 24, frozen on purpose") {
    $0.net.embedding = 24
    $0.changes = [.freeze("embedding")]
    $0.watch.freezes = "embedding"
    $0.steps = 300
  },
  other(.characters, "gradients of four batches") {
    $0.optimizer.accumulation = 4
    $0.data.batch = 8
  },
  other(.characters, "fine-tuned") {
    $0.earlierSteps = 150
    $0.optimizer.rate = 0.002
  },
  other(.characters, "resumed, RMSprop") {
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.003
    $0.watch.resumesAt = 120
    $0.steps = 300
  },
  other(.stems, "as it is"),
  other(.stems, "LSTM of 48, AdamW, cosine") {
    $0.net.cell = .lstm(forgetBias: 1)
    $0.net.units = 48
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.rate = 0.005
    $0.optimizer.schedule = Schedule(.cosine(steps: 240), warmUpSteps: 12)
    $0.steps = 240
  },
  other(.stems, "largest over time, 200 stems") {
    $0.net.pool = .maximum
    $0.data.stemCount = 200
  },
  other(.stems, "soft nearest neighbors") {
    $0.loss.stems = .neighbors
    $0.data.stemCount = 200
    $0.steps = 150
  },
  other(.stems, "within the batch, clipped at 1") {
    $0.loss.stems = .margin
    $0.optimizer.clipping = .norm(1)
    $0.steps = 150
  },
  other(.stems, "fine-tuned, batch of 48") {
    $0.earlierSteps = 60
    $0.data.batch = 48
    $0.optimizer.rate = 0.003
  },
]

/// Healthy trainings of models of a text with a grammar, and of brackets.
let healthyGrammar: [Healthy] = [
  other(.words, "as it is"),
  other(.words, "GRU of 64, dropout 0.2") {
    $0.net.cell = .gru(updateBias: 1)
    $0.net.units = 64
    $0.net.dropout = 0.2
    $0.steps = 300
  },
  other(.words, "two layers, AdamW, warm-up and line") {
    $0.net.layers = 2
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.schedule = Schedule(.linear(steps: 300), warmUpSteps: 20)
    $0.steps = 300
  },
  other(.words, "16 streams, chunks of 16, clipped at 1") {
    $0.data.batch = 16
    $0.data.chunk = 16
    $0.optimizer.clipping = .norm(1)
  },
  other(.words, "momentum, clipped at 0.5") {
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.3
    $0.optimizer.clipping = .norm(0.5)
    $0.steps = 500
  },
  other(.words, "padded a little, padding left out") { $0.data.paddedTo = 10 },
  other(.words, "one word in seven asked for") {
    $0.loss.masked = 0.85
    $0.data.batch = 16
    $0.data.chunk = 16
    $0.steps = 400
  },
  other(.words, "smoothed labels, a long text") {
    $0.loss.smoothing = 0.1
    $0.data.textLength = 3_000
    $0.steps = 360
  },
  other(.words, "plain cell, at 0.005") {
    $0.net.cell = .elman()
    $0.optimizer.rate = 0.005
    $0.net.units = 48
    $0.steps = 300
  },
  other(.words, "fine-tuned, falls by steps") {
    $0.earlierSteps = 150
    $0.data.textLength = 3_000
    $0.optimizer.rate = 0.004
    $0.optimizer.schedule = Schedule(.step(every: 80, factor: 0.5))
  },
  other(.attention, "as it is"),
  other(.attention, "two blocks, 32 wide, warm-up and cosine") {
    $0.net.layers = 2
    $0.net.units = 32
    $0.optimizer.rate = 0.004
    $0.optimizer.schedule = Schedule(.cosine(steps: 300), warmUpSteps: 30)
    $0.steps = 300
  },
  other(.attention, "mean of the places, AdamW") {
    $0.net.pool = .mean
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.02
  },
  other(.attention, "four heads, dropout 0.1") {
    $0.net.heads = 4
    $0.net.units = 32
    $0.net.dropout = 0.1
    $0.optimizer.rate = 0.005
    $0.steps = 400
  },
  other(.attention, "causal, batch of 64, clipped at 1") {
    $0.net.isCausal = true
    $0.data.batch = 64
    $0.data.examples = 6_000
    $0.optimizer.clipping = .norm(1)
    $0.optimizer.rate = 0.006
    $0.steps = 300
  },
  other(.attention, "half of one class") {
    $0.data.firstClassShare = 0.4
    $0.data.examples = 6_000
    $0.optimizer.rate = 0.006
    $0.steps = 300
  },
  other(.attention, "RMSprop, smoothed labels") {
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.003
    $0.loss.smoothing = 0.05
    $0.steps = 300
  },
  other(.attention, "gradients of eight batches of 4") {
    $0.optimizer.accumulation = 8
    $0.data.batch = 4
    $0.steps = 200
  },
  other(.attention, "resumed, AMSGrad") {
    $0.optimizer.rule = .amsgrad
    $0.watch.resumesAt = 100
  },
  other(.attention, "fine-tuned, embedding frozen on purpose") {
    $0.earlierSteps = 120
    $0.optimizer.rate = 0.003
    $0.changes = [.freeze("embedding")]
    $0.watch.freezes = "embedding"
  },
]
