import SluiceCore
import SluiceModels
import SluiceStorage

/// A run whose model is stored in another precision, in a folder of its own, and what that saves and costs.
///
/// ```swift
/// let copy = try StoredCopy<ClassifierJob>.write(run: "runs/sms", to: "runs/sms-small", precision: .int8)
/// print(copy.text)
/// ```
///
/// The copy is a run like any other: it is loaded, measured, inspected and begun from in the same way. What only a training needs, the
/// optimizer's numbers and the log, stays where it is.
public struct StoredCopy<Job: ResumableJob>: Sendable {
  /// How the numbers are stored now.
  public let precision: StoredPrecision
  /// The bytes of the model's file, texts included, of the run and of the copy.
  public let fileSizes: Sizes
  /// The bytes of the numbers alone.
  public let tensorSizes: Sizes
  /// The figures on the validation part, of the run's model and of the copy's; nil where the data cannot be had.
  public let measures: (before: Job.Measure, after: Job.Measure)?
  /// Why there are no figures; nil where there are.
  public let problem: String?

  /// Bytes of the run and of the copy.
  public struct Sizes: Equatable, Sendable {
    /// Those of the run.
    public let before: Int
    /// Those of the copy.
    public let after: Int
  }

  private let texts: (before: String, after: String)?

  /// Writes the copy, and measures both models on the validation part of the run's data, if those are still where they were.
  ///
  /// - Parameters:
  ///   - path: the folder of the run, whatever its own precision.
  ///   - folder: a folder that is empty or not there.
  ///   - isMeasured: whether the models are measured.
  ///   - goesOn: asked while the models are measured; once it says no, there are no figures.
  /// - Throws: `StorageError` for a run that cannot be read, is of another job or holds numbers that are not finite, and a folder that is
  ///   occupied or cannot be written.
  public static func write(
    run path: String, to folder: String, precision: StoredPrecision, engine: Engine = Engine(),
    isMeasured: Bool = true, while goesOn: () -> Bool = { true }
  ) throws -> StoredCopy {
    let source = try RunDirectory.open(path)
    var record = try source.description(RunRecord<Job>.self, ofJob: Job.name) {
      (record) throws(SettingProblem) in try record.settings.check(SettingCheck("settings."))
    }
    let file = try SafetensorsFile(path: source.model)
    let tensors = try values(of: file)
    let target = try RunDirectory.createEmpty(at: folder)
    func save() throws(StorageError) {
      try target.save(
        tensors, description: record, omitting: RunRecord<Job>.machineKeys, metadata: file.ownTexts,
        dataFingerprint: source.dataFingerprint, precision: precision)
    }
    try save()
    let measured: (job: Job, before: Job.Measure, after: Job.Measure)?
    var problem: String?
    do {
      measured = isMeasured ? try measure(record, source, target, engine, goesOn) : nil
      if measured == nil { problem = isMeasured ? "the measuring was stopped" : "they were not asked for" }
    } catch {
      measured = nil
      problem = "\(error)"
    }
    if let measured {
      // The description of the copy says what was found of it.
      record.result = SavedResult(epoch: record.result?.epoch ?? 0, measure: measured.after)
      record.testResult = nil
      try save()
    }
    let stored = try SafetensorsFile(path: target.model)
    return StoredCopy(
      precision: precision, fileSizes: Sizes(before: file.byteCount, after: stored.byteCount),
      tensorSizes: Sizes(before: file.tensorByteCount, after: stored.tensorByteCount),
      measures: measured.map { ($0.before, $0.after) }, problem: problem,
      texts: measured.map { ($0.job.resultText(best: $0.before), $0.job.resultText(best: $0.after)) })
  }

  /// All of it in a few lines.
  public var text: String {
    func line(_ what: String, _ sizes: Sizes) -> String {
      "\(what) \(grouped(sizes.after)) bytes, \(percent(Double(sizes.after) / Double(max(sizes.before, 1)))) of "
        + "\(grouped(sizes.before))"
    }
    var lines = [line("the model's file has", fileSizes), line("its numbers have", tensorSizes)]
    if let measures, let texts {
      lines.append("before: \(texts.before) (\(measures.before.text))")
      lines.append("as \(precision.rawValue): \(texts.after) (\(measures.after.text))")
    } else if let problem {
      lines.append("no figures of its quality: \(problem)")
    }
    return lines.joined(separator: "\n")
  }

  /// The figures of both models on the validation part; nil once `goesOn` says no.
  private static func measure(
    _ record: RunRecord<Job>, _ source: RunDirectory, _ target: RunDirectory, _ engine: Engine,
    _ goesOn: () -> Bool
  ) throws -> (job: Job, before: Job.Measure, after: Job.Measure)? {
    var job = try Job(repeating: record)
    if let fingerprint = source.dataFingerprint, fingerprint != job.dataFingerprint {
      throw StorageError(
        .mismatch, path: source.path, expected: "the data that the run was trained on", found: "others",
        advice: "Put the same data back to have the quality measured.")
    }
    try job.prepareAgain(engine: engine, while: goesOn)
    guard let before = try job.measure(savedIn: source, engine: engine, while: goesOn),
      let after = try job.measure(savedIn: target, engine: engine, while: goesOn)
    else { return nil }
    return (job, before, after)
  }

  /// The values of all tensors of a model as floats.
  private static func values(of file: SafetensorsFile) throws(StorageError) -> [NamedTensor] {
    let entries = file.modelTensors
    let room = entries.reduce(0) { $0 + $1.count + Arena<Float>.alignment }
    let arena = Arena<Float>(capacity: room, named: "model")
    var tensors: [NamedTensor] = []
    for entry in entries {
      let values = arena[arena.allocate(entry.count)]
      try file.read(entry.name, shape: entry.shape, into: values)
      if let place = (0..<values.count).first(where: { !values[$0].isFinite }) {
        throw StorageError(
          .damaged, path: file.path, expected: "finite numbers",
          found: "\(values[place]) at element \(place) of '\(entry.name)'", advice: RunDirectory.advice)
      }
      tensors.append(NamedTensor(entry.name, shape: entry.shape, values))
    }
    return tensors
  }
}

extension TrainingJob {
  /// The figures, on the validation part, of the model that is saved in a folder, as it is stored, but with the parts that have not seen it (`refittedParts`);
  /// nil once `goesOn` says no.
  func measure(
    savedIn directory: RunDirectory, engine: Engine, while goesOn: () -> Bool
  ) throws -> Measure? {
    let file = try SafetensorsFile(path: directory.model)
    var parameters = Parameters(seed: 0, engine: engine, shapes: { file[$0]?.shape })
    let model = try makeModel(in: &parameters)
    try parameters.use(file, replacing: refittedParts?.measured ?? [:])
    var tape = Tape(for: parameters, mode: .evaluation)
    let figures = measure(model, parameters, &tape, while: goesOn)
    try checkData()
    return figures
  }
}

extension TrainingRun {
  /// Where the best model is stored with less precision than it was trained with: measures it as it is stored, and tells what that
  /// saves and costs. What is said of the saved model from then on is said of the stored one.
  mutating func measureStored() throws {
    guard options.precision != .float32, folder.hasSaved, let best = record.result else { return }
    let size = try SafetensorsFile(path: folder.directory.model).tensorByteCount
    let exact = trainer.parameters.elementCount * MemoryLayout<Float>.size
    guard
      let measure = try job.measure(
        savedIn: folder.directory, engine: trainer.parameters.engine,
        while: { [options] in !options.isStopRequested() })
    else { return }
    record.result = SavedResult(epoch: best.epoch, measure: measure)
    try folder.update(description: record)
    try tell(
      .note(
        "stored as \(options.precision.rawValue) its numbers have \(grouped(size)) bytes, \(percent(Double(size) / Double(exact))) of "
          + "\(grouped(exact)): \(job.resultText(best: measure)) (\(measure.text)), before \(job.resultText(best: best.measure)) (\(best.measure.text))"
      ))
  }
}
