import SluiceCore
import SluiceOptimizers

extension Trainer {
  /// One line for each parameter: its name, shape and number of elements, and how it is updated.
  package var parameterTable: String {
    var rows: [(name: String, shape: String, count: String, how: String)] = []
    for handle in parameters.handles {
      let row = parameters[handle]
      let group = optimizer.group(of: handle, in: parameters)
      let how =
        group.isFrozen
        ? "frozen"
        : row.updates == .touchedRows ? "rows that occur, \(group.touchedRows.rawValue)" : "dense"
      rows.append(
        (
          ScreenText.cut(row.name, to: 80), "\(row.shape)", grouped(row.shape.count),
          group.isFrozen ? how : "\(job.settings.optimizer.name.rawValue), \(how)"
        ))
    }
    let names = rows.map { ScreenText.columns(of: $0.name) }.max() ?? 0
    let shapes = rows.map(\.shape.count).max() ?? 0
    let counts = rows.map(\.count.count).max() ?? 0
    return rows.map {
      padded($0.name, names) + padded($0.shape, shapes) + padded($0.count, counts) + $0.how
    }.joined(separator: "\n")
  }
}

private func padded(_ text: String, _ width: Int) -> String {
  ScreenText.padded(text, to: width + 2)
}
