import KernelInterface

let productKernels = ProductKernels(
  tileRows: tileRows, panelWidth: panelWidth, scratchCount: max(productScratchCount, sparseScratchCount),
  multiply: multiplyMatrices, pack: packPanels,
  sparse: SparseProductKernels(
    stripWidth: stripWidth, longestPiece: longestPiece, compress: compressRows, multiply: multiplySparse))
