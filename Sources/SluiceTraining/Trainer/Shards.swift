import SluiceCore
import SluiceProcesses

/// What a trainer has beside where batches are cut into shards: what each shard's loss was, and the sum of their gradients.
struct Shards<Job: TrainingJob>: Sendable {
  /// What is known of one shard once its loss is.
  struct Record: Sendable {
    var mean: Float = 0
    var count = 0
    var figures = Job.Figures()
  }

  /// The gradients, and who computes which.
  let sum: GradientSum
  /// Those of all shards of the step, in their order.
  var records: [Record]
  private var starts: [Int] = []
  /// What the next step of every shard goes on from, as it was last collected.
  var carried: [[UInt8]] = []

  init(_ plan: ShardPlan, _ parameters: borrowing Parameters) {
    sum = GradientSum(plan, for: parameters)
    records = Array(repeating: Record(), count: plan.shards)
  }

  /// How many a batch is cut into.
  var count: Int { sum.plan.shards }

  /// Gets the records that other processes have made. Allocates nothing where figures are plain bytes.
  mutating func exchangeRecords(_ processes: Processes) throws(ProcessError) {
    guard processes.count > 1 else { return }
    if _isPOD(Record.self) {
      return try processes.gather(&records, bounds: sum.plan.bounds, &starts)
    }
    var writer = StateWriter()
    for i in sum.plan.own {
      writer.write(records[i].mean)
      writer.write(records[i].count)
      writer.write(part: "figures", records[i].figures)
    }
    for (rank, bytes) in try processes.gather(bytes: writer.bytes).enumerated() where rank != processes.rank {
      var reader = StateReader(bytes)
      do throws(StateError) {
        for i in sum.plan.bounds[rank]..<sum.plan.bounds[rank + 1] {
          records[i].mean = try reader.readFloat()
          records[i].count = try reader.readInt()
          try reader.read(part: "figures", into: &records[i].figures)
        }
      } catch {
        throw ProcessError(rank: rank, "exchanging figures", "\(error)")
      }
    }
  }

  /// The record of the whole batch: the mean loss, in the order of the shards, whoever has computed them.
  var whole: Record {
    var whole = Record()
    var loss = 0.0
    for i in 0..<records.count where records[i].count > 0 {
      loss += Double(records[i].mean) * Double(records[i].count)
      whole.figures.join(records[i].figures, count: records[i].count, before: whole.count)
      whole.count += records[i].count
    }
    whole.mean = Float(loss / Double(max(whole.count, 1)))
    return whole
  }
}
