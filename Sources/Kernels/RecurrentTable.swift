import KernelInterface

let recurrentKernels = RecurrentKernels()
