import Sluice

// BEGIN train
func makeSentences() -> [TaggedSentence] {
  let random = CounterRandom(seed: 7)
  return (0..<400).map { TaggedSentence(random.stream(UInt64($0))) }
}

/// Trains a tagger on made-up sentences until it is good enough, and makes a page of the training.
func trainTagger(in folder: String) throws -> TrainingOutcome<TaggerJob> {
  let job = TaggerJob(makeSentences())
  var options = TrainingOptions()
  options.writesEvents = true
  let outcome = try Training(job, in: folder, options: options).run { event in
    switch event {
    case .epoch(let epoch):
      print("epoch \(epoch.progress.epoch): \(epoch.measure.text)")
      return epoch.measure.accuracy == 1 ? .stop : .goOn
    case .finding(let finding):
      if finding.cause == nil { print(finding) }
      return .goOn
    default:
      return .goOn
    }
  }
  try RunReport(ofRuns: [folder]).write(to: folder + "/report.html")
  return outcome
}
// END train

// BEGIN resume
/// Goes on with a training that was stopped or killed.
func resumeTagger(in folder: String) throws -> TrainingOutcome<TaggerJob> {
  try Training<TaggerJob>.resume(in: folder) { record in
    TaggerJob(makeSentences(), settings: record.settings)
  }
}
// END resume

// BEGIN checks
/// What no curve shows, found before a long training.
func checkTagger() throws -> CheckResult {
  let result = try TaggerJob(makeSentences()).check()
  for line in result.texts { print(line) }
  return result
}
// END checks

// BEGIN use
/// The tags of a sentence by a tagger that was trained before.
func tags(of sentence: String, by run: borrowing SavedRun<TaggerJob>) -> [String] {
  let words = sentence.split(separator: " ").map(String.init)
  var tape = Tape(for: run.parameters, mode: .evaluation)
  let logits = run.model.logits(run.description.ids(of: words), &tape)
  return tape.columnsOfMaxima(in: logits).map { run.description.tags[$0] }
}
// END use
