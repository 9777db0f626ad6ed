import KernelInterface

var updateKernels: UpdateKernels {
  UpdateKernels(sgd: sgdKernel, adam: adamKernel, smorms3: smorms3Kernel)
}
