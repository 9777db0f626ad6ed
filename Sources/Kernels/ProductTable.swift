import KernelInterface

let productKernels = ProductKernels()
