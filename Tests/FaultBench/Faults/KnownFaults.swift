let knownFaults: [Fault] = []
