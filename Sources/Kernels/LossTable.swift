import KernelInterface

var lossKernels: LossKernels {
  LossKernels(
    broadcast: broadcastKernel, rowSums: rowSumsKernel, rowDots: rowDotsKernel,
    squaredDistances: squaredDistancesKernel, neighbors: neighborsKernel,
    mirror: mirrorKernel, symmetrize: symmetrizeKernel)
}
