import KernelInterface

let productKernels = ProductKernels(
  tileRows: tileRows, panelWidth: panelWidth, scratchCount: productScratchCount,
  multiply: multiplyMatrices, pack: packPanels)
