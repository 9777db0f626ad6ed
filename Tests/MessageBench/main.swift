// What messages between two processes of MPI take, and what that makes of a step of 64 processes, on paper.
//
//   mpiexec -n 2 message-bench [NAME,DENSE,ROWS,TABLES,SECONDS]…
//
// Each argument is a model: the bytes of its dense gradients, of the rows that occur in the batch of one process, of all rows that there are, and the seconds
// that a step of one process takes.

import Foundation
import Sluice

func fail(_ message: String, status: Int32) -> Never {
  FileHandle.standardError.write(Data("message-bench: \(message)\n".utf8))
  exit(status)
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

var models: [PaperModel] = []
for argument in CommandLine.arguments.dropFirst() {
  guard let model = PaperModel(argument) else {
    fail("expected NAME,DENSE,ROWS,TABLES,SECONDS, found '\(argument)'", status: 64)
  }
  models.append(model)
}
let processes: Processes
do {
  processes = try Processes.launched()
} catch {
  fail("\(error)", status: 1)
}
guard processes.count == 2 else {
  fail("expected two processes, found \(processes.count): start it by mpiexec -n 2", status: 64)
}
do {
  let bench = MessageBench(processes)
  // Again and again, since for seconds at a time a shared machine does less.
  let rounds = try (0..<7).map { _ in
    (
      messages: try bench.measureMessages(),
      sums: try models.map { try bench.measureSum(floats: $0.dense / 4) },
      addition: bench.measureAddition()
    )
  }
  let messages = rounds[0].messages.indices.map { i in
    MessageTime(
      bytes: rounds[0].messages[i].bytes, oneWay: median(rounds.map { $0.messages[i].oneWay }),
      trade: median(rounds.map { $0.messages[i].trade }))
  }
  let sums = models.indices.map { i in median(rounds.map { $0.sums[i] }) }
  let addition = median(rounds.map(\.addition))
  if processes.leads {
    printMessages(messages)
    printSums(models, sums)
    print("\nadditions: \(figure(4 / addition / 1e9)) GB of gradients a second, one thread")
    if !models.isEmpty { printPaper(models, PaperCosts(messages, addition: addition)) }
  }
} catch {
  FileHandle.standardError.write(Data("message-bench: \(error)\n".utf8))
  // The other process would wait.
  processes.abort(status: 1)
  exit(1)
}
processes.finish()
