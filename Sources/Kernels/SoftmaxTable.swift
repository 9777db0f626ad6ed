import KernelInterface

var softmaxKernels: SoftmaxKernels {
  SoftmaxKernels(
    softmax: softmaxKernel, softmaxGradient: softmaxGradientKernel, logSumExp: logSumExpKernel,
    crossEntropy: crossEntropyKernel, crossEntropyGradient: crossEntropyGradientKernel)
}
