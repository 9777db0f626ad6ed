import KernelInterface

let vectorKernels = VectorKernels()
