@_exported import SluiceCore
@_exported import SluiceFlow
@_exported import SluiceLayers
@_exported import SluiceOptimizers
@_exported import SluiceStorage
@_exported import SluiceText
