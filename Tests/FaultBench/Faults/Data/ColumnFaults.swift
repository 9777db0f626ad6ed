extension Kind {
  static let smallInputs = Kind("inputs ÷ 1,000", .data, .tune)
  static let offsetColumn = Kind("one column + 1,000", .data, .tune)
  static let exponentialColumn = Kind("a column over many orders of magnitude", .data, .tune)
  static let numberedRows = Kind("the row's number as a column", .data, .tune)
  static let sentinelInput = Kind("−999 for missing values of a column", .data, .tune)
  static let goneColumn = Kind("a column that is missing from some step on", .data, .tune)
  static let swappedColumns = Kind("two columns that change places at some step", .data, .tune)
  static let blankInputs = Kind("nothing but zeros from some step on", .data, .tune)
  static let repeatedRow = Kind("one row in the place of all of a batch", .data, .tune)
  static let sentinelTarget = Kind("−999 for missing targets", .data, .tune)
  static let exponentialTargets = Kind("targets over many orders of magnitude", .data, .tune)
  static let tinyTargets = Kind("targets far below unit scale", .data, .tune)
}

/// Faults of columns of numbers, beyond those in `dataFaults`.
let columnFaults: [Fault] = [
  Fault(
    kind: .smallInputs, model: .perceptron,
    twin: trained(.sgd, at: 0.3), change: { $0.data.inputFactor = 1e-3 },
    words: ["unscaled input"], places: ["hidden_0", "input"], mend: "columns standardized"),
  Fault(
    kind: .smallInputs, model: .regression,
    twin: trained(.momentum, at: 0.03), change: { $0.data.inputFactor = 1e-3 },
    words: ["unscaled input"], places: ["hidden_0", "input"], mend: "columns standardized"),
  Fault(
    kind: .offsetColumn, model: .perceptron, detail: "a year",
    change: { $0.data.columnShifts = [2: 1_000] },
    words: ["unscaled input"], also: ["loss high at the start"], places: ["column 2"],
    mend: "columns standardized"),
  Fault(
    kind: .offsetColumn, model: .regression, detail: "a pressure",
    change: { $0.data.columnShifts = [1: 1_000] },
    words: ["unscaled input"], also: ["saturated"], places: ["column 1"], mend: "columns standardized"),
  Fault(
    kind: .exponentialColumn, model: .perceptron, change: { $0.data.columnExponents = [6: 5] },
    words: ["unscaled input"], also: ["loss high at the start", "spike"], places: ["column 6"],
    mend: "the column's logarithm"),
  Fault(
    kind: .exponentialColumn, model: .regression, change: { $0.data.columnExponents = [0: 4] },
    words: ["unscaled input"], also: ["spike"], places: ["column 0"], mend: "the column's logarithm"),
  Fault(
    kind: .numberedRows, model: .perceptron, change: { $0.data.numberedColumn = 7 },
    words: ["unscaled input"], also: ["loss high at the start", "overfitting"], places: ["column 7"],
    mend: "the column left out"),
  Fault(
    kind: .numberedRows, model: .regression, change: { $0.data.numberedColumn = 5 },
    words: ["unscaled input"], also: ["loss high at the start", "overfitting", "saturated"],
    places: ["column 5"], mend: "the column left out"),
  Fault(
    kind: .sentinelInput, model: .perceptron, change: { $0.data.sentinel = (1, -999) },
    words: ["unscaled input"], also: ["spike", "loss high at the start"], places: ["column 1"],
    mend: "the missing filled in"),
  Fault(
    kind: .sentinelInput, model: .regression, detail: "infinite: the logarithm of zero",
    change: { $0.data.sentinel = (3, -.infinity) },
    words: ["input not finite"], places: ["column 3"], mend: "a logarithm of what is above zero"),
  Fault(
    kind: .goneColumn, model: .perceptron, change: { $0.data.goneColumn = (90, 4) },
    words: ["input not finite"], places: ["column 4"], visible: 90, mend: "the column found again"),
  Fault(
    kind: .goneColumn, model: .regression, change: { $0.data.goneColumn = (50, 2) },
    words: ["input not finite"], places: ["column 2"], visible: 50, mend: "the column found again"),
  Fault(
    kind: .swappedColumns, model: .perceptron,
    twin: { $0.data.columnFactors = [0: 3, 5: 0.3] },
    change: { $0.data.swappedColumns = (100, 0, 5) },
    words: ["input shifted"], also: ["unscaled input"], places: ["column 0", "column 5", "hidden_0"],
    visible: 100, mend: "one order of the columns"),
  Fault(
    kind: .swappedColumns, model: .regression,
    twin: { $0.data.columnShifts = [0: 1, 1: -1] },
    change: { $0.data.swappedColumns = (100, 0, 1) },
    words: ["input shifted"], places: ["column 0", "column 1", "hidden_0"], visible: 100,
    mend: "one order of the columns"),
  Fault(
    kind: .blankInputs, model: .perceptron, change: { $0.data.unitChange = (60, 0) },
    words: ["input shifted", "constant input"], also: ["not learning from the inputs", "no gradient"],
    visible: 60, mend: "a reader that says when it fails"),
  Fault(
    kind: .blankInputs, model: .regression, change: { $0.data.unitChange = (60, 0) },
    words: ["input shifted", "constant input"], also: ["not learning from the inputs", "no gradient"],
    visible: 60, mend: "a reader that says when it fails"),
  Fault(
    kind: .repeatedRow, model: .perceptron, change: { $0.data.repeatsFirstRow = true },
    words: ["not learning from the inputs", "constant input", "loss flat"], also: ["collapse"], visible: 40,
    mend: "each row copied to its own place"),
  Fault(
    kind: .repeatedRow, model: .regression, change: { $0.data.repeatsFirstRow = true },
    words: ["not learning from the inputs", "constant input", "loss flat"], also: ["collapse"], visible: 40,
    mend: "each row copied to its own place"),
  Fault(
    kind: .sentinelTarget, model: .regression, change: { $0.data.targetSentinel = -999 },
    words: ["unscaled target"], also: ["spike", "label noise suspected"],
    mend: "examples without a target left out"),
  Fault(
    kind: .exponentialTargets, model: .regression, change: { $0.data.targetExponent = 5 },
    words: ["unscaled target"], also: ["spike"], mend: "the targets' logarithm"),
  Fault(
    kind: .tinyTargets, model: .regression, change: { $0.data.targetFactor = 1e-4 },
    words: ["unscaled target"], mend: "targets standardized"),
]
