import KernelInterface

var updateKernels: UpdateKernels {
  UpdateKernels(
    sgd: sgdKernel, momentum: momentumKernel, nesterov: nesterovKernel, adagrad: adagradKernel,
    rmsprop: rmspropKernel, centeredRMSprop: centeredRMSpropKernel, adam: adamKernel, amsgrad: amsgradKernel,
    smorms3: smorms3Kernel, idleSMORMS3: idleSMORMS3Kernel, mix: mixKernel)
}
