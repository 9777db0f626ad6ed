import KernelInterface

var vectorKernels: VectorKernels {
  VectorKernels(
    exp: expKernel, log: logKernel, tanh: tanhKernel, sigmoid: sigmoidKernel, relu: reluKernel,
    tanhGradient: tanhGradientKernel, sigmoidGradient: sigmoidGradientKernel,
    reluGradient: reluGradientKernel, add: addKernel, subtract: subtractKernel, multiply: multiplyKernel,
    multiplyAccumulate: multiplyAccumulateKernel, scale: scaleKernel, addScaled: addScaledKernel,
    addBias: addBiasKernel, columnSums: columnSumsKernel)
}
