// What `Engine` takes and tells is spelled with these names, so whoever imports it can spell them.
@_exported import enum KernelInterface.InstructionSet
@_exported import struct KernelInterface.KernelTable
