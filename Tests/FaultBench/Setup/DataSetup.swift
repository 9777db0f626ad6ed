/// Where the examples come from, and what is done to them.
struct DataSetup: Sendable {
  /// What makes the examples: the usual generator of a model, or another one that looks like what people train on.
  enum Source: Sendable { case usual, other }
  var source = Source.usual
  var examples = 2_048
  var batch = 32
  var isShuffled = true
  /// Whether the examples lie in the order of their labels.
  var isSorted = false
  var hasShuffledLabels = false
  /// Whether each example has the label of the one before.
  var hasMisalignedLabels = false
  var labelNoise: Float = 0
  /// The share of examples that have class 0 whatever else they would have had.
  var firstClassShare: Float = 0
  /// What columns of the input are multiplied by.
  var columnFactors: [Int: Float] = [:]
  var inputFactor: Float = 1
  var inputShift: Float = 0
  var constantColumns: [Int] = []
  /// A column of which now and then a value is missing.
  var missingColumn: Int?
  /// Whether the inputs' columns are standardized, by the training part.
  var isStandardized = false
  /// From this step on all inputs come in another unit.
  var unitChange: (step: Int, factor: Float)?
  /// One batch of nonsense.
  var badBatch: (step: Int, factor: Float)?
  var targetFactor: Float = 1
  var targetShift: Float = 0
  var hasStandardizedTargets = false
  /// Whether validation is done on examples of the training part.
  var leaks = false
  /// Whether all symbols have one id.
  var isAllUnknown = false
  /// Lengths of sequences.
  var lengths = 6...14
  /// Whether the first symbol alone decides.
  var firstDecides = false
  /// Sequences are filled up to this length with a symbol of its own.
  var paddedTo: Int?
  /// The words of a chunk that a language model reads in one step.
  var chunk = 8
  /// How often the words of a text are as its rule says.
  var certainty: Float = 0.9
  /// The words of a document, about.
  var document = 40
  /// Whether documents begin without the word that says their topic, and are all as long as `document`.
  var hidesTopic = false

  /// What is put together in a batch, and which batches come first.
  enum Order: Sendable {
    case asDealt
    /// A batch has examples of one label, or of about one target; the batches come in random order.
    case oneLabelABatch
    /// So many batches have the first label only.
    case firstLabelFirst(batches: Int)
    case sameBatch
    /// The examples lie in four files by label, or by target, of which so many batches each are read in turn.
    case filesInTurn(batches: Int)
    /// The examples lie in the order of their labels, or of their targets, and are shuffled among so many neighbors.
    case buffered(count: Int)
  }
  var order = Order.asDealt
  /// What is added to columns.
  var columnShifts: [Int: Float] = [:]
  /// Columns that are e to the power of so many times what they should be: a logarithm was left out.
  var columnExponents: [Int: Float] = [:]
  /// A column that numbers the examples.
  var numberedColumn: Int?
  /// A column in which one value in twenty is this one.
  var sentinel: (column: Int, value: Float)?
  /// A column that is missing from this step on.
  var goneColumn: (step: Int, column: Int)?
  /// Two columns that change places at this step.
  var swappedColumns: (step: Int, first: Int, second: Int)?
  /// Whether all rows of a batch are its first one.
  var repeatsFirstRow = false
  /// What stands for a target that is missing, as one in thirty is.
  var targetSentinel: Float?
  /// Targets are e to the power of so many times what they should be.
  var targetExponent: Float = 0
  /// Whether the examples of class 1 have labels at random.
  var hasRandomClass = false
  /// The share of symbols that are unknown.
  var unknownShare: Float = 0
  /// How many symbols the vocabulary has; others are unknown.
  var knownSymbols: Int?
  /// Symbols are taken modulo this.
  var hashedTo: Int?
  /// Whether a batch by time is read as if it were by example.
  var mixesTime = false
  /// Whether a language model reads its chunks in random order.
  var hasRandomChunks = false
  /// Whether validation is done on copies of training examples with a little noise.
  var leaksNearly = false
  /// What the inputs of validation and of fresh examples are multiplied by.
  var validationFactor: Float = 1
  /// The share of labels that are missing and read as class 0.
  var defaultLabelShare: Float = 0
  /// Two classes between which labels are a toss-up.
  var confusedClasses: (first: Int32, second: Int32)?
  /// The deviation of what is added to the targets of the training part.
  var targetNoise: Float = 0
  /// Whether a batch's inputs are shuffled and its labels are not.
  var shufflesRows = false
  /// What is added to all inputs, more by so much at every step.
  var drift: Float = 0
  /// A value that one row of one batch has.
  var badValue: (step: Int, column: Int, value: Float)?
  /// As `firstClassShare`, in the training part only.
  var trainingFirstClassShare: Float = 0
  /// The share of validation's examples that are training examples.
  var leakedShare: Float = 0
  /// Whether the streams of a text change places from chunk to chunk.
  var rotatesStreams = false
  /// The words that a text is made of, and whether some are far more frequent than most.
  var words = 30
  var isSkewed = false
  /// The words of a stream of the training part.
  var textLength = 1_000
  /// From this step on the training part's classes are counted from another one.
  var recountedFrom: Int?
  /// From this step on the training part's symbols are numbered in another order.
  var recodedFrom: Int?
  /// How many stems are trained on.
  var stemCount = 60
  /// The share of training examples whose labels are counted from another class.
  var otherCodeShare: Float = 0
  /// Whether sequences are read without their first symbol.
  var dropsFirst = false
  /// Whether the training part's columns are standardized and those of other examples are not.
  var standardizesTrainingOnly = false
  /// Whether the symbols of validation and of fresh examples are numbered in another order.
  var recodesOthers = false
  /// Whether inputs lose what is behind the point.
  var roundsInputs = false
  /// Whether a category comes as a number of five digits instead of a column for each; of the other source only.
  var codesCategory = false
  /// A column that stands still from this step on.
  var stuckColumn: (step: Int, column: Int)?
  /// From this step on a batch has the labels of the one before.
  var lagsLabelsFrom: Int?
  /// Whether a batch that lies column by column is read row by row.
  var mixesRows = false
  /// A column that is made from the label, in the training part and perhaps in the validation part, and says nothing elsewhere.
  var tellingColumn: (column: Int, inValidation: Bool)?
  /// How many of the training part's examples are dealt out at all.
  var dealtOut: Int?
  /// Sequences are cut off after so many symbols.
  var cutTo: Int?
  /// Whether the symbols of a sequence come in random order.
  var losesOrder = false
  /// Whether the classes of validation and of fresh examples are counted from another one.
  var recountsOthers = false
  /// Whether a language model is asked for the word that it reads.
  var asksForWordRead = false
  /// The deviation of the noise that a training batch's inputs are augmented with.
  var augmentation: Float = 0
  /// Whether the columns of validation and of fresh examples come in another order.
  var reordersOthers = false
  /// Whether sequences of validation and of fresh examples are read backwards.
  var reversesOthers = false
  /// On which side sequences are filled up, those of validation and fresh examples perhaps on the other.
  var padsLeft = false
  var padsOthersRight = false
  /// The share of examples, those with the greatest labels or targets, that the training part lacks.
  var unseenShare: Float = 0
  /// Whether each row is divided by its norm.
  var normalizesRows = false
  /// Whether the columns of a training batch are standardized by that batch.
  var standardizesBatches = false
  /// The length of the window of a training sequence that is read.
  var cropsTo: Int?
  /// The share of symbols of training sequences that are replaced by others.
  var replacedShare: Float = 0
  /// The largest share that another row of the batch has in each row, while the labels are those of the row alone.
  var blended: Float = 0
}

extension DataSetup {
  /// Labels of validation and of fresh examples as they are counted.
  func recounted(_ labels: [Int32], classes: Int) -> [Int32] {
    recountsOthers ? labels.map { ($0 + 1) % Int32(classes) } : labels
  }

  /// A sequence as a pipeline leaves it that cuts it off, or that loses its order.
  func pipelined(_ sequence: [Int32], _ draw: inout Draw) -> [Int32] {
    var sequence = sequence
    if losesOrder { draw.shuffle(&sequence) }
    return cutTo.map { Array(sequence.prefix($0)) } ?? sequence
  }
}

extension Setup {
  /// Lets the model read the data of the other source.
  mutating func readOther() {
    data.source = .other
    switch model {
    case .perceptron, .regression, .stems: break
    case .characters: data.lengths = 10...24
    case .words: data.words = 40
    case .attention: data.lengths = 8...16
    }
  }
}

/// A training on the data of the other source, with something of its own.
func onOtherData(
  _ change: @escaping @Sendable (inout Setup) -> Void = { _ in }
) -> @Sendable (inout Setup) -> Void {
  {
    $0.readOther()
    change(&$0)
  }
}
