import AllocationCounter
import Foundation
import Sluice
import Testing

@testable import SluiceTraining

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A limit on the size of files stands for a full disk. It is one of the whole process, so the test has a process of its own.
@Suite("Checkpoints for which there is no room")
struct FullCheckpointTests {
  @Test(
    "A checkpoint that finds no room is left out, which is said once; the training ends well, and the one before loads"
  )
  func full() async {
    await #expect(processExitsWith: .success) {
      let folder = try RunFolder()
      let path = folder.file("run")
      var options = TrainingOptions()
      options.checkpoints = .steps(1)
      var notes: [String] = []
      var size = 0
      do {
        try Training(SmallJobs.classifier(), in: path, options: options).run { event in
          if case .note(let text) = event, text.hasPrefix("no checkpoint") { notes.append(text) }
          guard case .step(let step, _) = event else { return .goOn }
          if step.number == 3 {
            size = try contents(lastCheckpoint(path)).count
            // Room for the model and the log, which are smaller.
            try limitFiles(to: size - 1_000)
          }
          if step.number == 10 { throw Kill() }
          return .goOn
        }
      } catch is Kill {}
      try #require(try contents(path + "/model.safetensors").count < size - 1_000)
      try #require(
        notes.count == 1 && notes[0].contains("The training goes on") && notes[0].contains("from step 2"))
      try #require(try names(path).filter { $0.hasPrefix("checkpoint-") } == ["checkpoint-2.safetensors"])
      var ended = false
      try Training<ClassifierJob>.resume(in: path) { event in
        if case .ended(let outcome) = event { ended = outcome.end == .finished }
        return .goOn
      }
      try #require(ended)
      try limitFiles(to: 1 << 40)
      try train({ try SmallJobs.classifier() }, in: folder.file("never"))
      try #require(
        try contents(path + "/model.safetensors") == contents(folder.file("never/model.safetensors")))
    }
  }

  @Test("From one checkpoint to the next nothing is allocated but for lines of the log that are written")
  func allocations() throws {
    guard sluice_allocation_count() >= 0 else { return }
    var trainer = try Trainer(SmallJobs.classifier(), engine: Engine(threads: 1))
    trainer.onSpike = .rollback
    trainer.passedOver = [BatchPlace(epoch: 9, cursor: 0)]
    let clock = CheckpointClock(.seconds(60))
    var most = 0
    for epoch in 1...4 {
      trainer.start(epoch: epoch)
      while true {
        let before = sluice_thread_allocation_count()
        let step = trainer.step()
        _ = clock.isDue(afterStep: 1)
        let count = sluice_thread_allocation_count() - before
        guard step != nil else { break }
        if epoch > 2, !trainer.monitor.isObserving { most = max(most, count) }
      }
    }
    #expect(most == 0)
  }
}

/// From now on no file of this process may grow beyond `size`; a write that would fails without a signal.
private func limitFiles(to size: Int) throws {
  _ = signal(SIGXFSZ, SIG_IGN)
  var limit = rlimit()
  #if canImport(Glibc)
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
  #else
    let resource = RLIMIT_FSIZE
  #endif
  try #require(unsafe getrlimit(resource, &limit) == 0)
  limit.rlim_cur = min(rlim_t(size), limit.rlim_max)
  try #require(unsafe setrlimit(resource, &limit) == 0)
}
