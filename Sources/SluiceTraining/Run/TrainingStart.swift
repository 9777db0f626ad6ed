import SluiceCore
import SluiceStorage

/// A finished model that another training begins from.
///
/// ```swift
/// let earlier = try RunDirectory.open("runs/sms").description(ClassifierDescription.self)
/// var options = TrainingOptions()
/// options.start = try TrainingStart(run: "runs/sms")
/// let job = try ClassifierJob(readingFile: "more.tsv", continuing: earlier)
/// try Training(job, in: "runs/more", options: options).run()
/// ```
///
/// Values are taken over by the names of parameters, row by row (`TrainingJob.earlierRow`); rows that are new, and parameters that
/// are, keep their initial values. What the optimizer knew comes along in the same way, with the number of its updates, so that what it
/// corrects by that number goes on; of new rows it knows nothing. The schedule begins anew.
public struct TrainingStart: Sendable {
  /// Where the values come from, as `run.json` has it.
  public let origin: Origin
  /// The model, opened: it stays readable where its folder is written anew.
  let model: SafetensorsFile
  /// What the optimizer knew.
  let optimizer: SafetensorsFile?
  /// Why the optimizer begins anew.
  let optimizerProblem: String

  /// Which model a training began from.
  public struct Origin: Codable, Equatable, Sendable {
    /// The folder of its run.
    public var path: String
    /// The checksum of its model; nil for a run of before there were any.
    public var model: String?
    /// Whether the optimizer began anew by wish.
    public var freshOptimizer: Bool
  }

  /// Opens the model of a run.
  ///
  /// - Parameter freshOptimizer: leave what the optimizer knew.
  /// - Throws: `StorageError` for a folder that is no run's, one without a model, and a model that is damaged.
  public init(run path: String, freshOptimizer: Bool = false) throws(StorageError) {
    let directory = try RunDirectory.open(path)
    model = try SafetensorsFile(path: directory.model)
    try model.verify()
    origin = Origin(path: path, model: model.checksum, freshOptimizer: freshOptimizer)
    if freshOptimizer {
      (optimizer, optimizerProblem) = (nil, "as asked for")
    } else {
      (optimizer, optimizerProblem) = directory.optimizerState(ofModel: model.checksum)
    }
  }
}

/// Vectors of words that a table of a model begins with.
public struct PretrainedVectors: Sendable {
  /// Where the vectors come from, as `run.json` has it.
  public let origin: Origin
  let file: WordVectorFile
  /// The table, by the name of its parameter.
  let parameter: String

  /// Which vectors a training began with.
  public struct Origin: Codable, Equatable, Sendable {
    /// The file.
    public var path: String
    /// The checksum of its bytes.
    public var checksum: String
  }

  /// Reads the vectors of the words that a job's model looks up in a table.
  ///
  /// - Throws: `StorageError` for a model without such a table, and a file that is not as `WordVectorFile` says.
  public init<Job: TrainingJob>(readingFile path: String, for job: Job) throws(StorageError) {
    guard let table = job.wordTable else {
      throw StorageError(
        .unsupported, path: path, expected: "vectors for a model that reads a table of words",
        found: "a model that has none",
        advice: "Train a language model with --config word-small or word-large.")
    }
    parameter = table.parameter
    file = try WordVectorFile(readingFile: path, words: table.words, width: table.width)
    origin = Origin(path: path, checksum: file.checksum)
  }
}

/// A table of a model that words are looked up in.
public struct WordTable: Sendable {
  /// The name of the parameter.
  public var parameter: String
  /// The words by their rows.
  public var words: [String]
  /// The elements of a row.
  public var width: Int
}

/// What a training has taken over from an earlier one.
public struct TakenOver: Equatable, Sendable {
  /// Parameters of which all was taken.
  public internal(set) var whole: [String] = []
  /// Parameters of which some rows were taken: how many, of how many.
  public internal(set) var partial: [Rows] = []
  /// Parameters that the earlier model did not have.
  public internal(set) var new: [String] = []
  /// Parameters that this model does not have.
  public internal(set) var dropped: [String] = []
  /// The updates that the optimizer had done; nil where it begins anew.
  public internal(set) var optimizerSteps: Int?
  /// Why it begins anew.
  public internal(set) var optimizerProblem = ""

  /// Some of a parameter's rows.
  public struct Rows: Equatable, Sendable {
    /// The name of the parameter.
    public let parameter: String
    /// How many rows were taken.
    public let taken: Int
    /// How many it has.
    public let count: Int
  }
}

extension TakenOver {
  /// All of it in a few lines.
  func text(from origin: TrainingStart.Origin, _ novelties: [String]) -> String {
    var lines = [
      "goes on from \(ScreenText.path(origin.path))" + (origin.model.map { ", model \($0)" } ?? "")
    ]
    if !whole.isEmpty { lines.append("  taken over: \(list(whole))") }
    for rows in partial {
      lines.append(
        "  taken over: \(grouped(rows.taken)) of \(grouped(rows.count)) rows of \(ScreenText.cut(rows.parameter, to: 80)), "
          + "\(grouped(rows.count - rows.taken)) new")
    }
    if !new.isEmpty { lines.append("  new parameters: \(list(new))") }
    if !dropped.isEmpty { lines.append("  dropped: \(list(dropped))") }
    lines += novelties.map { "  new: " + $0 }
    lines.append(
      optimizerSteps.map { "  the optimizer goes on after \(grouped($0)) updates" }
        ?? "  the optimizer begins anew: \(optimizerProblem)")
    return lines.joined(separator: "\n")
  }

  private func list(_ names: [String]) -> String {
    names.map { ScreenText.cut($0, to: 80) }.joined(separator: ", ")
  }
}
