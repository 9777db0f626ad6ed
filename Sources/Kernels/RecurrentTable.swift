import KernelInterface

var recurrentKernels: RecurrentKernels {
  RecurrentKernels(
    elman: ElmanKernels(forward: elmanForward, backward: elmanBackward),
    gru: GRUKernels(
      forward: gruForward, backward: gruBackward, gates: gruGates, candidate: gruCandidate,
      candidateBackward: gruCandidateBackward, gatesBackward: gruGatesBackward),
    lstm: LSTMKernels(
      cell: lstmCell, output: lstmOutput, outputBackward: lstmOutputBackward,
      cellBackward: lstmCellBackward))
}
