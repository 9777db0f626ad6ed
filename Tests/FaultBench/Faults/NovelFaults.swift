/// Faults that were kept aside once, of kinds that the bench did not have.
let novelFaults: [Fault] = novelDataFaults + novelValidationFaults + novelModelFaults + novelTrainingFaults
