import Sluice

/// Trains a classifier on the file of a folder until it is good enough.
func trainMessages(in folder: String) throws {
  // BEGIN train classifier
  var settings = ClassifierJobSettings()
  // N-grams beside the characters, as the command does.
  settings.model.reader = .both
  let job = try ClassifierJob(readingFile: folder + "/messages.tsv", settings: settings)
  try Training(job, in: folder + "/runs/mine").run { event in
    if case .epoch(let epoch) = event, epoch.measure.accuracy > 0.97 { return .stop }
    return .goOn
  }
  // END train classifier
}

func useClassifier(in folder: String) throws -> SavedClassifier.Answer {
  // BEGIN use classifier
  var classifier = try SavedClassifier(run: folder + "/runs/sms")
  let answer = classifier.label("You have won a prize, call 08001234567 now")
  print(answer.label, answer.probability)
  // END use classifier
  return answer
}

func useOthers(in folder: String) throws -> (text: String, near: [NearWord]) {
  // BEGIN use language model
  let model = try SavedLanguageModel(run: folder + "/runs/language-model")
  print(model.sample(prompt: "the sailor", words: 20))
  // END use language model

  // BEGIN use stems
  var stems = try SavedStems(run: folder + "/runs/stems")
  for near in stems.nearest(to: "watching", count: 3) { print(near.word, near.cosine) }
  // END use stems
  return (model.sample(prompt: "the sailor", words: 20), stems.nearest(to: "watching", count: 3))
}

/// A small language model on some of the tales, so that a test has one to use.
func trainTales(in folder: String) throws -> TrainingOutcome<LanguageModelJob> {
  // BEGIN train language model
  var settings = LanguageModelConfiguration.tiny.settings
  settings.epochs = 1
  settings.streams = 4
  settings.model.steps = 10
  settings.model.units = 16

  let job = try LanguageModelJob(SmallTales(seed: 2).lines(200), settings: settings)
  let outcome = try Training(job, in: folder + "/runs/language-model").run()
  // END train language model
  return outcome
}

/// A small encoder of words, with three forms for each stem.
func trainStems(in folder: String) throws -> TrainingOutcome<StemJob> {
  // BEGIN train stems
  let stems = [
    "garden", "sail", "paint", "farm", "teach", "bak", "hunt", "preach", "sing", "work", "talk", "walk",
    "read", "jump", "help", "build", "climb", "drum",
  ]
  let words = WordStems(
    stems.flatMap { stem in ["er", "ers", "ing"].map { (word: stem + $0, stem: stem) } })

  var settings = StemJobSettings()
  settings.epochs = 2
  settings.model.units = 16
  settings.subsetStems = 4
  settings.subsetSteps = 20

  let job = StemJob(words, settings: settings)
  let outcome = try Training(job, in: folder + "/runs/stems").run()
  // END train stems
  return outcome
}
