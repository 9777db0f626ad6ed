import Sluice

/// A job with a fault in it: the model and the loss of the command, in a step that can be spoilt.
protocol BrokenJob: RecipeSubject, ~Copyable {
  static var job: String { get }
  init(_ fault: JobFault, _ variant: RecipeVariant, seed: UInt64) throws
  /// What the command tells the monitor of the loss.
  var watching: FlowSettings { get }
  /// Goes on to the next batch of the data.
  mutating func show(step: Int)
}

extension BrokenJob where Self: ~Copyable {
  /// Trains and watches, until the loss is not finite.
  static func watch(_ fault: JobFault, seed: UInt64, steps: Int) throws -> FlowMonitor {
    var job = try Self(fault, RecipeVariant(), seed: seed)
    var settings = job.watching
    settings.interval = 4
    var monitor = FlowMonitor(for: job.parameters, settings: settings)
    for step in 1...steps {
      job.show(step: step)
      let loss = job.forward(.real, mode: .training)
      monitor.observeForward(job.tape, loss: loss)
      guard loss.isFinite else { break }
      job.backward()
      monitor.observeBackward(job.tape, job.parameters)
      job.update()
      monitor.observeUpdate(job.parameters)
    }
    return monitor
  }

  /// The checks of the command.
  static func check(_ fault: JobFault, seed: UInt64) throws -> [RecipeLine] {
    var recipe = Recipe()
    // A broken model need not be given the time of a healthy one.
    recipe.overfitSteps = 100
    recipe.shortSteps = 20
    return try recipe.run { try Self(fault, $0, seed: seed) }
  }
}

/// What a training does that never clears: gradients of all steps add up.
func addUp(_ parameters: borrowing Parameters, _ kept: Column) {
  for handle in parameters.handles where parameters[handle].updates == .dense {
    let gradient = parameters.gradient(of: handle)
    let sum = kept[handle]
    for i in 0..<gradient.count {
      gradient[i] += sum[i]
      sum[i] = gradient[i]
    }
  }
}
