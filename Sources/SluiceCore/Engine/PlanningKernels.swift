import KernelInterface

extension KernelTable {
  /// Kernels that compute nothing, with the sizes of these: whoever asks them for panels, tiles or scratch memory is told
  /// the same. Reductions give 0. Updates are left as they are, for no tape runs them.
  var computingNothing: KernelTable {
    KernelTable(
      instructionSet: instructionSet, product: product.computingNothing,
      sparseProduct: sparseProduct.computingNothing, byteProduct: byteProduct.computingNothing,
      vector: .nothing, reduction: .nothing, softmax: .nothing,
      update: update, recurrent: .nothing, normalization: .nothing, rows: .nothing, random: .nothing,
      loss: .nothing, characters: .nothing)
  }
}

extension ProductKernels {
  fileprivate var computingNothing: ProductKernels {
    unsafe ProductKernels(
      tileRows: tileRows, panelWidth: panelWidth, scratchCount: scratchCount, multiply: { _ in },
      pack: { _ in })
  }
}

extension SparseProductKernels {
  fileprivate var computingNothing: SparseProductKernels {
    unsafe SparseProductKernels(
      vectorWidth: vectorWidth, stripWidth: stripWidth, longestPiece: longestPiece,
      compress: { _, _, _, _, _ in }, multiply: { _ in })
  }
}

extension ByteProductKernels {
  fileprivate var computingNothing: ByteProductKernels {
    unsafe ByteProductKernels(panelWidth: panelWidth, scratchCount: scratchCount, multiply: { _ in })
  }
}

extension VectorKernels {
  fileprivate static var nothing: VectorKernels {
    let map: MapKernel = { _, _, _ in }
    let gradient: GradientKernel = { _, _, _, _, _ in }
    let combine: CombineKernel = { _, _, _, _ in }
    return unsafe VectorKernels(
      exp: map, log: map, tanh: map, sigmoid: map, relu: map, gelu: map, geluTanh: map, softplus: map,
      sine: map, cosine: map, tanhGradient: gradient, sigmoidGradient: gradient, reluGradient: gradient,
      geluGradient: gradient, geluTanhGradient: gradient, add: combine, subtract: combine, multiply: combine,
      multiplyAccumulate: combine, scale: { _, _, _, _ in }, addScaled: { _, _, _, _, _ in },
      addBias: { _, _, _, _, _ in }, columnSums: { _, _, _, _, _, _ in })
  }
}

extension ReductionKernels {
  fileprivate static var nothing: ReductionKernels {
    unsafe ReductionKernels(
      sum: { _, _ in 0 }, dot: { _, _, _ in 0 }, maximum: { _, _ in 0 },
      statistics: { _, count in
        var statistics = Statistics()
        statistics.count = count
        statistics.zeros = count
        return statistics
      }, squares: { _, _ in SquareSum() }, columnExtremes: { _, _, _, _, _, _, _ in })
  }
}

extension SoftmaxKernels {
  fileprivate static var nothing: SoftmaxKernels {
    unsafe SoftmaxKernels(
      softmax: { _, _, _, _ in }, softmaxGradient: { _, _, _, _, _, _ in }, logSumExp: { _, _, _, _ in },
      crossEntropy: { _, _, _, _, _, _, _ in }, crossEntropyGradient: { _, _, _, _, _, _, _, _ in })
  }
}

extension RecurrentKernels {
  fileprivate static var nothing: RecurrentKernels {
    unsafe RecurrentKernels(
      elman: ElmanKernels(forward: { _, _, _, _, _ in }, backward: { _, _, _, _ in }),
      gru: GRUKernels(
        forward: { _, _, _, _, _, _, _ in }, backward: { _, _, _, _, _, _ in }, gates: { _, _, _, _ in },
        candidate: { _, _, _, _ in }, candidateBackward: { _, _, _, _, _ in },
        gatesBackward: { _, _, _, _, _, _ in }),
      lstm: LSTMKernels(
        cell: { _, _, _, _, _, _ in }, output: { _, _, _, _, _, _, _ in },
        outputBackward: { _, _, _, _, _, _ in }, cellBackward: { _, _, _, _, _, _ in }))
  }
}

extension NormalizationKernels {
  fileprivate static var nothing: NormalizationKernels {
    unsafe NormalizationKernels(
      normalize: { _, _, _, _, _, _ in }, scale: { _, _, _, _, _, _, _, _, _ in },
      backward: { _, _, _, _, _, _, _, _, _, _, _ in }, columnDots: { _, _, _, _, _, _, _, _ in })
  }
}

extension RowKernels {
  fileprivate static var nothing: RowKernels {
    unsafe RowKernels(
      gather: { _, _, _, _, _ in }, scatter: { _, _, _, _, _ in }, segmentSums: { _, _, _, _, _, _, _ in },
      place: { _, _, _, _, _, _ in }, addFrom: { _, _, _, _, _, _ in },
      multiplyByRows: { _, _, _, _, _, _, _ in })
  }
}

extension RandomKernels {
  fileprivate static var nothing: RandomKernels {
    unsafe RandomKernels(dropout: { _, _, _, _, _, _, _, _ in })
  }
}

extension LossKernels {
  fileprivate static var nothing: LossKernels {
    unsafe LossKernels(
      broadcast: { _, _, _, _, _, _, _, _, _, _ in }, rowSums: { _, _, _, _ in },
      rowDots: { _, _, _, _, _ in },
      squaredDistances: { _, _, _, _, _, _, _, _ in },
      weightedDifferences: { _, _, _, _, _, _, _, _, _, _, _ in },
      neighbors: { _, _, _, _, _, _, _, _ in }, mirror: { _, _, _, _ in }, symmetrize: { _, _, _, _ in })
  }
}

extension CharacterKernels {
  fileprivate static var nothing: CharacterKernels {
    unsafe CharacterKernels(maxima: { _, _, _, _, _ in }, maximaGradient: { _, _, _, _, _, _ in })
  }
}
