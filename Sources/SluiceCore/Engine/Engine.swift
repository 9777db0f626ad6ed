import CPUFeatures
import Kernels
import KernelInterface

#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512
#endif

import CLibrary

/// What computes: the kernels of one instruction set and the threads that share their work.
///
/// Results do not depend on the number of threads. They may differ between instruction sets, within the
/// bounds of Documentation/Numerics.md.
public final class Engine: Sendable {
  /// The functions that compute, of one instruction set.
  public let kernels: KernelTable
  /// The threads that share the work of large operations.
  public let workers: Workers
  /// Where products pack their operands.
  let productScratch: ScratchPool
  /// Where products with bytes keep some of them as floats.
  let byteScratch: ScratchPool
  /// Where products that are cut along their depth keep the sums of blocks.
  let blockSums: ScratchPool
  /// Where products that leave out zeros keep the other elements.
  let sparseScratch: ScratchPool
  /// Whether it is more than a stand-in for one that does.
  let computes: Bool

  /// - Parameters:
  ///   - kernels: the kernels to use; by default the widest this processor runs, or those that the
  ///     environment variable `SLUICE_ISA` names.
  ///   - threads: how many threads work, the caller included; by default one for each processor.
  /// - Precondition: at least one thread.
  public init(kernels: KernelTable = .selected, threads: Int = Workers.processorCount) {
    self.kernels = kernels
    workers = Workers(count: threads)
    productScratch = ScratchPool(pieces: threads + 4, floatsEach: kernels.product.scratchCount)
    byteScratch = ScratchPool(pieces: threads + 4, floatsEach: kernels.byteProduct.scratchCount)
    blockSums = ScratchPool(pieces: 4, floatsEach: DepthSplit.mostSums)
    sparseScratch = ScratchPool(pieces: 4, floatsEach: SparseProduct.floatCount)
    computes = true
  }

  /// An engine with the sizes of another that computes nothing: kernels and parts of tasks come back at once. What is recorded
  /// with it takes as much memory of a tape as with the other.
  init(planningFor engine: Engine) {
    kernels = engine.kernels.computingNothing
    workers = Workers(planningFor: engine.workers)
    productScratch = engine.productScratch
    byteScratch = engine.byteScratch
    blockSums = engine.blockSums
    sparseScratch = engine.sparseScratch
    computes = false
  }

  /// Sets all elements to one value, on the calling thread. Unlike `Floats.fill` it touches no memory where that is only planned.
  package func fill(_ x: Floats, with value: Float) {
    if computes { x.fill(value) }
  }

  /// The engine used where none is named.
  public static let shared = Engine()
}

extension KernelTable {
  /// The kernels this processor and its operating system can run, baseline first, widest last.
  public static let available: [KernelTable] = {
    var tables = [Kernels.kernelTable]
    #if arch(x86_64)
      if sluice_cpu_has_avx2_fma() { tables.append(KernelsAVX2.kernelTable) }
      if sluice_cpu_has_avx512() { tables.append(KernelsAVX512.kernelTable) }
    #endif
    return tables
  }()

  /// The kernels that `SLUICE_ISA` names, or the widest available where it is not set.
  public static let selected: KernelTable = {
    guard let wanted = requestedInstructionSet else { return available[available.count - 1] }
    guard let table = available.first(where: { $0.instructionSet.rawValue == wanted }) else {
      fatalError(unavailableMessage(wanted))
    }
    return table
  }()

  /// What is wrong with the environment variable `SLUICE_ISA`, or nil if nothing is. A program calls it
  /// first to fail with a message instead of a trap.
  public static var selectionProblem: String? {
    guard let wanted = requestedInstructionSet,
      !available.contains(where: { $0.instructionSet.rawValue == wanted })
    else { return nil }
    return unavailableMessage(wanted)
  }

  private static var requestedInstructionSet: String? {
    guard let value = unsafe getenv("SLUICE_ISA") else { return nil }
    return unsafe String(cString: value)
  }

  private static func unavailableMessage(_ wanted: String) -> String {
    let names = available.map(\.instructionSet.rawValue).joined(separator: ", ")
    return "SLUICE_ISA is '\(wanted)'; this processor offers \(names). Set it to one of them, or unset it."
  }
}
