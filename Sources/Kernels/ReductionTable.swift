import KernelInterface

let reductionKernels = ReductionKernels()
