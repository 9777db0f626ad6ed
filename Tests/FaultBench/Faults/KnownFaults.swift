/// Faults that were kept aside once: those that people make most often, of sorts that are known in other models, on data of the other source. The
/// answers were written before any of them was run.
let knownFaults: [Fault] =
  knownDataFaults + knownColumnFaults + knownStartFaults + knownModelFaults + knownLossFaults
  + knownRateFaults + knownUpdateFaults + knownSequenceFaults + knownValidationFaults
