/// The faults as a table for the documentation, misses first: what was said of how many of the seeds.
func faultTable(_ results: [FaultResult]) -> [String] {
  var rows: [(rank: Int, line: String)] = []
  var start = 0
  while start < results.count {
    let name = results[start].fault.name
    let group = results[start...].prefix { $0.fault.name == name }
    start += group.count
    let first = group.map(\.rank).min() ?? 0
    let naming = group.compactMap(\.naming).first
    let said = naming.map { $0.ailment.rawValue + ($0.place.isEmpty ? "" : " at `\($0.place)`") } ?? "—"
    let counts = [
      group.count { $0.isNamed }, group.count { $0.isNamedFirst }, group.count { $0.isPlaceRight },
    ]
    let delays = group.compactMap(\.delay).sorted()
    rows.append(
      (
        first,
        "| \(group[group.startIndex].fault.model.rawValue) | \(group[group.startIndex].fault.kind.name)"
          + (group[group.startIndex].fault.detail.isEmpty ? "" : ", \(group[group.startIndex].fault.detail)")
          + " | \(group[group.startIndex].fault.kind.half.rawValue) | \(said) | "
          + counts.map { "\($0)/\(group.count)" }.joined(separator: " | ")
          + " | \(delays.isEmpty ? "—" : "\(delays[delays.count / 2])") |"
      ))
  }
  let order = rows.indices.sorted { (rows[$0].rank, $0) < (rows[$1].rank, $1) }
  return [
    "| model | fault | half | said | named | first | right place | delay |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
  ] + order.map { rows[$0].line }
}
