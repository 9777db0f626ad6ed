import KernelInterface

let productKernels = ProductKernels(
  tileRows: tileRows, panelWidth: panelWidth, scratchCount: max(productScratchCount, sparseScratchCount),
  multiply: multiplyMatrices, pack: packPanels)

let sparseProductKernels = SparseProductKernels(
  vectorWidth: laneCount, stripWidth: stripWidth, longestPiece: longestPiece, compress: compressRows,
  multiply: multiplySparse)
