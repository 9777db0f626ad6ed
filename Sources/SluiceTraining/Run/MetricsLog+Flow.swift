import SluiceCore
import SluiceFlow
import SluiceStorage

extension MetricsLog {
  /// Writes a line of kind `flow`: all statistics of an observed step.
  ///
  /// Allocates nothing. Tables are read by index: without optimization an iterator allocates room for what it returns.
  func writeFlow(_ monitor: borrowing FlowMonitor) throws(StorageError) {
    begin("flow")
    add("step", monitor.stepCount)
    beginObject("parameters")
    for i in monitor.parameters.indices where monitor.hasFigures(i) {
      write(monitor.gradients.parameters[i], monitor.parameters[i])
    }
    endObject()
    beginObject("operations")
    let operations = monitor.operations
    for i in 0..<operations.count where operations[i].runs > 0 {
      let operation = operations[i]
      beginObject(operation.name)
      add("mean", operation.mean)
      add("deviation", operation.deviation)
      add("between_rows", operation.rowDeviation)
      for j in 0..<operation.activations.count {
        let activation = operation.activations[j]
        beginObject(activation.name.isEmpty ? "units" : activation.name)
        if activation.kind == .relu {
          add("dead", activation.deadShare)
        } else {
          add("saturated", activation.saturatedShare)
        }
        endObject()
      }
      endObject()
    }
    endObject()
    beginObject("times")
    let times = monitor.times
    for i in 0..<times.count {
      let time = times[i]
      beginObject(time.name)
      add("steps_per_bin", time.stepsPerBin)
      beginObject("from_end")
      for b in 0..<time.binCount { add(Self.binNames[b], time.means[b]) }
      endObject()
      endObject()
    }
    endObject()
    try end()
  }

  private func write(_ parameter: ParameterDescription, _ figures: ParameterFigures) {
    beginObject(parameter.name)
    add("role", parameter.role == .weight ? "weight" : "bias")
    write("gradient", figures.gradient)
    write("weight", figures.weight)
    write("update", figures.update)
    add("ratio", figures.updateRatio)
    if parameter.updates == .touchedRows { add("rows_ever_touched", figures.touchedShare) }
    endObject()
  }

  private func write(_ key: String, _ flow: ParameterFlow) {
    beginObject(key)
    add("mean", flow.meanAbsolute)
    add("rms", flow.rootMeanSquare)
    add("max", flow.maximum)
    add("zeros", flow.zeroShare)
    if flow.nonFiniteCount > 0 { add("non_finite", Int(flow.nonFiniteCount)) }
    endObject()
  }

  /// The distances from the end, made once.
  private static let binNames = (0..<TimeFigures.binLimit).map { "\($0)" }
}
