import KernelInterface

#if AVX512
  private let compiledFor = InstructionSet.avx512
#elseif AVX2
  private let compiledFor = InstructionSet.avx2
#else
  private let compiledFor = InstructionSet.baseline
#endif

/// The kernels of this module.
public let kernelTable = KernelTable(
  instructionSet: compiledFor, product: productKernels, sparseProduct: sparseProductKernels,
  byteProduct: byteProductKernels, vector: vectorKernels,
  reduction: reductionKernels, softmax: softmaxKernels, update: updateKernels,
  recurrent: recurrentKernels, normalization: normalizationKernels, rows: rowKernels,
  random: randomKernels, loss: lossKernels, characters: characterKernels)
