let novelFaults: [Fault] = []
