import Sluice

/// Classifiers of all cells, layers, directions and poolings.
enum ClassifierSamples {
  static func write(in folder: String, isQuick: Bool) throws {
    let texts = ProgramGuide(seed: 3).texts(400)
    // As the command trains it, for the examples of the page.
    var usual = ClassifierJobSettings()
    usual.model.reader = .both
    usual.epochs = 2
    try write(texts, usual, in: folder + "/example-both")
    for cell in CellName.allCases {
      for layers in 1...3 {
        for direction in ReadingDirection.allCases {
          for pooling in Pooling.allCases {
            // In a Latin square every cell, number of layers, direction and pooling occurs.
            if isQuick,
              (layers + ReadingDirection.allCases.firstIndex(of: direction)!) % 3 != 0
                || (layers + Pooling.allCases.firstIndex(of: pooling)!) % 3 != 0
            {
              continue
            }
            var settings = ClassifierJobSettings()
            settings.model.cell = cell
            settings.model.layers = layers
            settings.model.direction = direction
            settings.model.pooling = pooling
            settings.model.units = 20
            settings.model.embeddingWidth = 12
            settings.batch = 32
            settings.epochs = 5
            settings.optimizer = ClassifierJobSettings.usualOptimizer(.adam, for: cell)
            let name = "classifier-\(cell.rawValue)-\(layers)-\(direction.rawValue)-\(pooling.rawValue)"
            try write(texts, settings, in: folder + "/" + name)
          }
        }
      }
    }
  }

  private static func write(
    _ texts: LabeledTexts, _ settings: ClassifierJobSettings, in folder: String
  ) throws {
    _ = try Training(
      ClassifierJob(texts, settings: settings), in: folder + "/run", engine: Engine(threads: 1)
    ).run()
    var classifier = try SavedClassifier(run: folder + "/run")
    for file in ExportSamples.files { try classifier.export(file.format, to: folder + "/" + file.name) }
    let unmet = ProgramGuide(seed: 4).texts(100)
    var samples = SampleTexts(
      seed: 5, of: (0..<unmet.count).map { unmet.text($0) }.joined(separator: " "))
    let asked = samples.texts(300)
    var symbols = RaggedIndices()
    for text in asked {
      var ids: [Int32] = []
      classifier.description.alphabet.encode(text, into: &ids)
      symbols.append(ids)
    }
    let width = classifier.description.labels.count
    var answers = [Float](repeating: 0, count: asked.count * width)
    let sequences = LabeledSequences(symbols: symbols, labels: Array(repeating: 0, count: asked.count))
    classifier.probabilities(of: sequences) { i, probabilities in
      for j in 0..<width { answers[i * width + j] = probabilities[j] }
    }
    try ExportSamples.writeAnswers(asked, answers, width: width, in: folder)
  }
}
