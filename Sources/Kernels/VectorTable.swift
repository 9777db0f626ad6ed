import KernelInterface

var vectorKernels: VectorKernels {
  VectorKernels(
    exp: expKernel, log: logKernel, tanh: tanhKernel, sigmoid: sigmoidKernel, relu: reluKernel,
    gelu: geluKernel, geluTanh: geluTanhKernel, softplus: softplusKernel, sine: sineKernel,
    cosine: cosineKernel,
    tanhGradient: tanhGradientKernel,
    sigmoidGradient: sigmoidGradientKernel, reluGradient: reluGradientKernel,
    geluGradient: geluGradientKernel, geluTanhGradient: geluTanhGradientKernel, add: addKernel,
    subtract: subtractKernel, multiply: multiplyKernel,
    multiplyAccumulate: multiplyAccumulateKernel, scale: scaleKernel, addScaled: addScaledKernel,
    addBias: addBiasKernel, columnSums: columnSumsKernel)
}
