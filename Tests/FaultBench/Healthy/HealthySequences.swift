import Sluice

/// Healthy trainings of the models that read sequences.
let healthySequences: [Healthy] = [
  Healthy(.characters, "as it is"),
  Healthy(.characters, "LSTM") { $0.net.cell = .lstm(forgetBias: 1) },
  Healthy(.characters, "plain cell, short") {
    $0.net.cell = .elman()
    $0.optimizer.rate = 0.005
  },
  Healthy(.characters, "normalized GRU") { $0.net.cell = .layerNormGRU(updateBias: 1) },
  Healthy(.characters, "normalized LSTM") { $0.net.cell = .layerNormLSTM(forgetBias: 1) },
  Healthy(.characters, "mean over time") { $0.net.pool = .mean },
  Healthy(.characters, "largest over time") { $0.net.pool = .maximum },
  Healthy(.characters, "two layers") { $0.net.layers = 2 },
  Healthy(.characters, "two layers, dropout 0.2") {
    $0.net.layers = 2
    $0.net.dropout = 0.2
  },
  Healthy(.characters, "dropout 0.5") {
    $0.net.dropout = 0.5
    $0.net.units = 48
  },
  Healthy(.characters, "wide") {
    $0.net.units = 64
    $0.optimizer.rate = 0.005
  },
  Healthy(.characters, "long, LSTM that keeps, mean over time") {
    $0.net.cell = .lstm(forgetBias: 2)
    $0.data.lengths = 30...40
    $0.net.pool = .mean
    $0.steps = 120
  },
  Healthy(.characters, "long, GRU") {
    $0.data.lengths = 30...40
    $0.steps = 120
  },
  Healthy(.characters, "first symbol decides, GRU that keeps") {
    $0.data.firstDecides = true
    $0.data.lengths = 15...25
    $0.net.cell = .gru(updateBias: 3)
    $0.steps = 200
  },
  Healthy(.characters, "lengths from one on") { $0.data.lengths = 4...18 },
  Healthy(.characters, "descent") {
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.5
    $0.steps = 300
  },
  Healthy(.characters, "momentum") {
    $0.optimizer.rule = .momentum
    $0.optimizer.rate = 0.1
  },
  Healthy(.characters, "AdamW, cosine") {
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.schedule = Schedule(.cosine(steps: 190), warmUpSteps: 10)
  },
  Healthy(.characters, "SMORMS3") {
    $0.optimizer.rule = .smorms3
    $0.optimizer.rate = 0.01
  },
  Healthy(.characters, "Adagrad") {
    $0.optimizer.rule = .adagrad
    $0.optimizer.rate = 0.05
  },
  Healthy(.characters, "batch of one") {
    $0.data.batch = 1
    $0.optimizer.rate = 0.003
    $0.steps = 800
  },
  Healthy(.characters, "batch of 8") {
    $0.data.batch = 8
    $0.optimizer.rate = 0.005
    $0.steps = 300
  },
  Healthy(.characters, "gradients of four batches") {
    $0.optimizer.accumulation = 4
    $0.data.batch = 8
    $0.steps = 120
  },
  Healthy(.characters, "clipped at 1") { $0.optimizer.clipping = .norm(1) },
  Healthy(.characters, "half of the labels left out") { $0.loss.masked = 0.5 },
  Healthy(.characters, "embedding frozen on purpose") {
    $0.changes = [.freeze("embedding")]
    $0.watch.freezes = "embedding"
  },
  Healthy(.characters, "resumed") { $0.watch.resumesAt = 90 },
  Healthy(.characters, "every step looked at") { $0.watch.interval = 1 },
  Healthy(.characters, "every fourth step looked at") { $0.watch.interval = 4 },
  Healthy(.words, "as it is"),
  Healthy(.words, "GRU") { $0.net.cell = .gru(updateBias: 1) },
  Healthy(.words, "two layers, dropout 0.2") {
    $0.net.layers = 2
    $0.net.dropout = 0.2
    $0.steps = 300
  },
  Healthy(.words, "chunks of 20") {
    $0.data.chunk = 20
    $0.steps = 160
  },
  Healthy(.words, "one stream") {
    $0.data.batch = 1
    $0.data.chunk = 24
    $0.optimizer.rate = 0.005
    $0.steps = 400
  },
  Healthy(.words, "descent, clipped at 1") {
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 2
    $0.optimizer.clipping = .norm(1)
    $0.steps = 400
  },
  Healthy(.words, "SMORMS3") {
    $0.optimizer.rule = .smorms3
    $0.optimizer.rate = 0.01
  },
  Healthy(.words, "AdamW, warm-up and cosine") {
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.schedule = Schedule(.cosine(steps: 220), warmUpSteps: 20)
  },
  Healthy(.words, "600 words, descent that starts slowly") {
    $0.data.words = 600
    $0.data.isSkewed = true
    $0.data.batch = 20
    $0.data.chunk = 20
    $0.data.textLength = 4_000
    $0.optimizer.rule = .sgd
    $0.optimizer.rate = 0.7
    $0.optimizer.clipping = .norm(5)
    $0.watch.saysFrequencies = true
    $0.steps = 900
  },
  Healthy(.words, "padding left out") { $0.data.paddedTo = 12 },
  Healthy(.words, "short documents") { $0.data.document = 12 },
  Healthy(.words, "resumed") { $0.watch.resumesAt = 111 },
  Healthy(.words, "every fourth step looked at") { $0.watch.interval = 4 },
  Healthy(.words, "gradients of two chunks") {
    $0.optimizer.accumulation = 2
    $0.steps = 150
  },
  Healthy(.attention, "as it is"),
  Healthy(.attention, "two blocks") {
    $0.net.layers = 2
    $0.optimizer.rate = 0.005
  },
  Healthy(.attention, "four heads") { $0.net.heads = 4 },
  Healthy(.attention, "one head") { $0.net.heads = 1 },
  Healthy(.attention, "mean of the places") { $0.net.pool = .mean },
  Healthy(.attention, "causal") { $0.net.isCausal = true },
  Healthy(.attention, "made by hand") { $0.net.scoreFactor = 1 },
  Healthy(.attention, "wide") {
    $0.net.units = 32
    $0.optimizer.rate = 0.005
  },
  Healthy(.attention, "dropout 0.1") {
    $0.net.dropout = 0.1
    $0.net.units = 32
  },
  Healthy(.attention, "AdamW, warm-up and cosine") {
    $0.optimizer.rule = .adamW
    $0.optimizer.decay = 0.01
    $0.optimizer.schedule = Schedule(.cosine(steps: 220), warmUpSteps: 20)
  },
  Healthy(.attention, "clipped at 1") { $0.optimizer.clipping = .norm(1) },
  Healthy(.attention, "batch of 8") {
    $0.data.batch = 8
    $0.optimizer.rate = 0.005
    $0.steps = 400
  },
  Healthy(.attention, "every fourth step looked at") { $0.watch.interval = 4 },
  Healthy(.attention, "resumed") { $0.watch.resumesAt = 60 },
  Healthy(.stems, "as it is"),
  Healthy(.stems, "margin 0.1, most losses zero") {
    $0.loss.margin = 0.1
    $0.steps = 300
  },
  Healthy(.stems, "margin 0.5") { $0.loss.margin = 0.5 },
  Healthy(.stems, "LSTM") { $0.net.cell = .lstm(forgetBias: 1) },
  Healthy(.stems, "within the batch") {
    $0.loss.stems = .margin
    $0.steps = 150
  },
  Healthy(.stems, "soft nearest neighbors") {
    $0.loss.stems = .neighbors
    $0.steps = 150
  },
  Healthy(.stems, "soft nearest neighbors, cosine") {
    $0.loss.stems = .neighbors
    $0.loss.distance = .cosine
    $0.loss.temperature = 0.2
    $0.steps = 150
  },
  Healthy(.stems, "mean over time") { $0.net.pool = .mean },
  Healthy(.stems, "largest over time") { $0.net.pool = .maximum },
  Healthy(.stems, "SMORMS3") {
    $0.optimizer.rule = .smorms3
    $0.optimizer.rate = 0.01
  },
  Healthy(.stems, "small batches") {
    $0.data.batch = 6
    $0.optimizer.rate = 0.005
    $0.steps = 300
  },
  Healthy(.stems, "long after it is learned") { $0.steps = 600 },
  Healthy(.stems, "every step looked at") { $0.watch.interval = 1 },
  Healthy(.stems, "resumed") { $0.watch.resumesAt = 100 },
]
