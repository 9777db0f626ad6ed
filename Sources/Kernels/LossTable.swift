import KernelInterface

var lossKernels: LossKernels {
  LossKernels(
    broadcast: broadcastKernel, rowSums: rowSumsKernel, rowDots: rowDotsKernel,
    squaredDistances: squaredDistancesKernel, weightedDifferences: weightedDifferencesKernel,
    neighbors: neighborsKernel, mirror: mirrorKernel,
    symmetrize: symmetrizeKernel)
}
