import KernelInterface

let updateKernels = UpdateKernels()
