import KernelInterface

var reductionKernels: ReductionKernels {
  ReductionKernels(
    sum: sumKernel, dot: dotKernel, maximum: maximumKernel, statistics: statisticsKernel,
    squares: squaresKernel, columnExtremes: findColumnExtremes)
}
