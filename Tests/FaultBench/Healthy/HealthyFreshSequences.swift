import Sluice

/// Healthy trainings that were kept aside once, of the models that read sequences: of forms that no rule was checked with.
let healthyFreshSequences: [Healthy] = [
  Healthy(.characters, "16 units") {
    $0.net.units = 16
    $0.steps = 300
  },
  Healthy(.characters, "two layers, LSTM, dropout 0.3") {
    $0.net.cell = .lstm(forgetBias: 1)
    $0.net.layers = 2
    $0.net.dropout = 0.3
    $0.net.units = 40
    $0.steps = 260
  },
  Healthy(.characters, "normalized GRU, two layers") {
    $0.net.cell = .layerNormGRU(updateBias: 1)
    $0.net.layers = 2
    $0.optimizer.rate = 0.005
  },
  Healthy(.characters, "first symbol decides, LSTM that keeps") {
    $0.data.firstDecides = true
    $0.data.lengths = 10...16
    $0.net.cell = .lstm(forgetBias: 3)
    $0.steps = 260
  },
  Healthy(.characters, "first symbol decides, read at the first state") {
    $0.data.firstDecides = true
    $0.net.pool = .first
  },
  Healthy(.characters, "long, normalized LSTM, largest over time") {
    $0.net.cell = .layerNormLSTM(forgetBias: 1)
    $0.data.lengths = 25...35
    $0.net.pool = .maximum
    $0.steps = 120
  },
  Healthy(.characters, "batch of one, LSTM, clipped at 1") {
    $0.data.batch = 1
    $0.net.cell = .lstm(forgetBias: 1)
    $0.optimizer.rate = 0.002
    $0.optimizer.clipping = .norm(1)
    $0.optimizer.schedule = Schedule(.linear(steps: 1_200, floor: 0.1))
    $0.steps = 1_200
  },
  Healthy(.characters, "batch of 2, mean over time") {
    $0.data.batch = 2
    $0.net.pool = .mean
    $0.optimizer.rate = 0.003
    $0.steps = 700
  },
  Healthy(.characters, "seven in ten of one class") {
    $0.data.firstClassShare = 0.6
    $0.steps = 300
  },
  Healthy(.characters, "seven in ten labels left out") {
    $0.loss.masked = 0.7
    $0.steps = 320
  },
  Healthy(.characters, "three in a hundred labels wrong") {
    $0.data.labelNoise = 0.03
    $0.data.examples = 4_000
  },
  Healthy(.characters, "AdamW's decay of 0.1, line to zero") {
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.1
    $0.optimizer.rate = 0.006
    $0.optimizer.schedule = Schedule(.linear(steps: 300), warmUpSteps: 20)
    $0.steps = 300
  },
  Healthy(.characters, "momentum, falls by steps, clipped at 2") {
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.1
    $0.optimizer.clipping = .norm(2)
    $0.optimizer.schedule = Schedule(.step(every: 100, factor: 0.4))
    $0.steps = 300
  },
  Healthy(.characters, "fine-tuned") {
    $0.earlierSteps = 150
    $0.optimizer.rate = 0.001
  },
  Healthy(.characters, "fine-tuned, embedding frozen on purpose") {
    $0.earlierSteps = 100
    $0.optimizer.rate = 0.002
    $0.changes = [.freeze("embedding")]
    $0.watch.freezes = "embedding"
  },
  Healthy(.characters, "gradients of eight batches, clipped at 1") {
    $0.optimizer.accumulation = 8
    $0.data.batch = 4
    $0.optimizer.clipping = .norm(1)
    $0.steps = 150
  },
  Healthy(.characters, "Adagrad, long") {
    $0.optimizer.rule = .adagrad
    $0.optimizer.rate = 0.05
    $0.steps = 600
  },
  Healthy(.characters, "resumed, LSTM, cosine") {
    $0.net.cell = .lstm(forgetBias: 1)
    $0.optimizer.schedule = Schedule(.cosine(steps: 240))
    $0.watch.resumesAt = 117
    $0.steps = 240
  },
  Healthy(.words, "two layers, GRU") {
    $0.net.cell = .gru(updateBias: 1)
    $0.net.layers = 2
    $0.steps = 300
  },
  Healthy(.words, "plain cell, chunks of 6") {
    $0.net.cell = .elman()
    $0.data.chunk = 6
    $0.optimizer.rate = 0.005
    $0.steps = 400
  },
  Healthy(.words, "normalized LSTM") { $0.net.cell = .layerNormLSTM(forgetBias: 1) },
  Healthy(.words, "48 units, dropout 0.2, AdamW, line to zero") {
    $0.net.units = 48
    $0.net.dropout = 0.2
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.02
    $0.optimizer.schedule = Schedule(.linear(steps: 400), warmUpSteps: 30)
    $0.steps = 400
  },
  Healthy(.words, "100 words, some far more frequent") {
    $0.data.words = 100
    $0.data.isSkewed = true
    $0.data.batch = 16
    $0.data.textLength = 3_000
    $0.watch.saysFrequencies = true
    $0.steps = 500
  },
  Healthy(.words, "eight in ten words not asked for") {
    $0.loss.masked = 0.8
    $0.steps = 400
  },
  Healthy(.words, "RMSprop, clipped at 1") {
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.003
    $0.optimizer.clipping = .norm(1)
    $0.steps = 300
  },
  Healthy(.words, "Adagrad") {
    $0.optimizer.rule = .adagrad
    $0.optimizer.rate = 0.08
    $0.steps = 400
  },
  Healthy(.words, "fine-tuned, smaller steps") {
    $0.earlierSteps = 200
    $0.optimizer.rate = 0.001
  },
  Healthy(.words, "chunks of 16, padded to 20, half not asked for") {
    $0.data.chunk = 16
    $0.data.paddedTo = 20
    $0.loss.masked = 0.5
    $0.steps = 300
  },
  Healthy(.words, "smoothed labels, long") {
    $0.loss.smoothing = 0.05
    $0.data.textLength = 3_000
    $0.steps = 600
  },
  Healthy(.attention, "two blocks, causal, four heads") {
    $0.net.layers = 2
    $0.net.isCausal = true
    $0.net.heads = 4
    $0.optimizer.rate = 0.005
  },
  Healthy(.attention, "Adam, first β of 0.95") {
    $0.optimizer.momentum = 0.95
    $0.optimizer.rate = 0.005
  },
  Healthy(.attention, "48 units, dropout 0.3, AdamW") {
    $0.net.units = 48
    $0.net.dropout = 0.3
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.05
    $0.optimizer.rate = 0.004
    $0.steps = 360
  },
  Healthy(.attention, "four blocks, warm-up and cosine") {
    $0.net.layers = 4
    $0.optimizer.rate = 0.003
    $0.optimizer.schedule = Schedule(.cosine(steps: 300), warmUpSteps: 40)
    $0.steps = 300
  },
  Healthy(.attention, "SMORMS3") {
    $0.optimizer.rule = .smorms3
    $0.optimizer.rate = 0.01
  },
  Healthy(.attention, "momentum") {
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.05
    $0.steps = 400
  },
  Healthy(.attention, "batch of 2") {
    $0.data.batch = 2
    $0.optimizer.rate = 0.002
    $0.steps = 900
  },
  Healthy(.attention, "three in a hundred labels wrong") {
    $0.data.labelNoise = 0.03
    $0.data.examples = 4_000
  },
  Healthy(.attention, "fine-tuned, line to zero") {
    $0.earlierSteps = 150
    $0.optimizer.rate = 0.001
    $0.optimizer.schedule = Schedule(.linear(steps: 240))
  },
  Healthy(.attention, "embedding frozen on purpose") {
    $0.changes = [.freeze("embedding")]
    $0.watch.freezes = "embedding"
    $0.steps = 300
  },
  Healthy(.stems, "LSTM, two layers, at 0.005") {
    $0.net.cell = .lstm(forgetBias: 1)
    $0.net.layers = 2
    $0.optimizer.rate = 0.005
    $0.steps = 260
  },
  Healthy(.stems, "64 units, AdamW, line to zero") {
    $0.net.units = 64
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.rate = 0.005
    $0.optimizer.schedule = Schedule(.linear(steps: 240))
    $0.steps = 240
  },
  Healthy(.stems, "400 stems") { $0.data.stemCount = 400 },
  Healthy(.stems, "fine-tuned") {
    $0.earlierSteps = 120
    $0.optimizer.rate = 0.001
  },
  Healthy(.stems, "within the batch, long") {
    $0.loss.stems = .margin
    $0.steps = 400
  },
  Healthy(.stems, "soft nearest neighbors, clipped at 1, warm-up") {
    $0.loss.stems = .neighbors
    $0.optimizer.clipping = .norm(1)
    $0.optimizer.schedule = Schedule(.constant, warmUpSteps: 20)
    $0.steps = 200
  },
  Healthy(.stems, "margin 0.15, dropout 0.2, long") {
    $0.loss.margin = 0.15
    $0.net.dropout = 0.2
    $0.net.units = 48
    $0.steps = 500
  },
  Healthy(.stems, "gradients of four batches") {
    $0.optimizer.accumulation = 4
    $0.data.batch = 8
    $0.steps = 120
  },
  Healthy(.stems, "RMSprop") {
    $0.optimizer.rule = .rmsprop
    $0.optimizer.rate = 0.003
  },
]
