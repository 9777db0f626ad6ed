/// Faults kept aside, of kinds that the bench did not have.
let novelFaults: [Fault] = novelDataFaults + novelValidationFaults + novelModelFaults + novelTrainingFaults
