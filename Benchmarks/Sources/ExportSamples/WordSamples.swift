import Sluice

/// Encoders of words, in both directions of reading.
enum StemSamples {
  static func write(in folder: String, isQuick: Bool) throws {
    for isReversed in isQuick ? [true] : [true, false] {
      var settings = StemJobSettings()
      settings.model.units = 48
      settings.model.width = 24
      settings.model.readsRightToLeft = isReversed
      settings.epochs = 2
      let folder = folder + "/stems-" + (isReversed ? "rightToLeft" : "leftToRight")
      _ = try Training(try StemJob(settings: settings), in: folder + "/run", engine: Engine(threads: 1)).run()
      let stems = try SavedStems(run: folder + "/run")
      for file in ExportSamples.files + ExportSamples.vectorFiles {
        try stems.export(file.format, to: folder + "/" + file.name)
      }
      var samples = SampleTexts(seed: 6, of: stems.words.joined(separator: " "))
      let asked = samples.texts(300) + stems.words.prefix(100)
      let vectors = stems.vectors(of: asked)
      try ExportSamples.writeAnswers(asked, vectors.rows, width: vectors.width, in: folder)
    }
  }
}

/// Language models of every reading, body and output.
enum LanguageModelSamples {
  static func write(in folder: String, isQuick: Bool) throws {
    for layers in isQuick ? 2...2 : 1...3 {
      try write("characters-lstm-\(layers)", in: folder) { $0.layers = layers }
    }
    try write("characters-lstm-padded", in: folder) { ($0.padsWords, $0.longestWord) = (true, 9) }
    try write("characters-lstm-adaptive", in: folder) { $0.adaptiveCutoffs = [20, 60] }
    try write("table-lstm", in: folder) {
      $0.reading = .table
      $0.filters = []
      $0.highways = 2
    }
    try write("table-lstm-tied", in: folder) {
      $0.reading = .table
      $0.filters = []
      $0.embeddingWidth = $0.units
      $0.tiesWeights = true
    }
    try write("characters-transformer", in: folder) {
      $0.body = .transformer
      $0.layers = 2
      $0.heads = 3
    }
  }

  private static func write(
    _ name: String, in folder: String, _ change: (inout LanguageModelSettings) -> Void
  ) throws {
    let folder = folder + "/language-model-" + name
    var settings = LanguageModelConfiguration.tiny.settings
    settings.model.units = 24
    settings.model.filters = [
      CharacterFilters(width: 1, maps: 5), CharacterFilters(width: 3, maps: 8),
      CharacterFilters(width: 5, maps: 7),
    ]
    settings.model.steps = 20
    settings.epochs = 3
    settings.streams = 8
    change(&settings.model)
    let job = try LanguageModelJob(SmallTales(seed: 4).lines(400), settings: settings)
    _ = try Training(job, in: folder + "/run", engine: Engine(threads: 1)).run()
    let model = try SavedLanguageModel(run: folder + "/run", threads: 1)
    for file in ExportSamples.files + ExportSamples.vectorFiles {
      try model.export(file.format, to: folder + "/" + file.name)
    }
    // Lines of few words and of very many, with words that no training met.
    let tales = SmallTales(seed: 8).lines(200).flatMap { WordCorpus.words(of: $0) }
    var samples = SampleTexts(seed: 7, of: tales.joined(separator: " "))
    var asked: [String] = []
    for length in [1, 2, 500, 3, 77] + (0..<40).map({ _ in 1 + samples.below(60) }) {
      let words = (0..<length).map { i in
        i % 9 == 8 ? "un" + tales[samples.below(tales.count)] + "日" : tales[samples.below(tales.count)]
      }
      asked.append(words.joined(separator: " "))
    }
    let losses = asked.map { line in
      let corpus = WordCorpus(vocabulary: model.description.vocabulary, test: [line])
      return Float(model.loss(corpus, corpus.test) ?? .nan)
    }
    try ExportSamples.writeAnswers(asked, losses, width: 1, in: folder)
  }
}
