import SluiceCore
import SluiceLayers
import SluiceModels

// What is trained, and what of it is solved for.
extension ClassifierJob {
  /// About the squared distance of two states at the start.
  private static let firstTemperature: Float = 10

  /// A classifier, and the loss that parts or entangles the labels' states, if it was asked for.
  public struct Model: Sendable {
    /// What is trained and saved.
    public let classifier: TextClassifier
    /// The loss on the states, with its temperature; nil where it was not asked for.
    public let neighbors: SoftNearestNeighborLoss?
  }

  /// Adds the model to the parameters: reader, classifier and, where it is asked for, the loss of neighbors.
  public func makeModel(in parameters: inout Parameters) throws(ModelError) -> Model {
    guard grams != nil || settings.model.reader != .ngrams else {
      throw ModelError(
        "TextClassifier", expected: "fewer labels, or the reader characters, for texts of this length",
        got: "\(grouped(labelNames.count)) labels, for which no table of n-grams can be solved for")
    }
    let classifier = try TextClassifier(
      symbols: alphabet.count, labels: labelNames.count, gramRows: grams?.rarities.count,
      description.modelSettings,
      in: &parameters)
    let neighbors = try settings.softNearestNeighbor.map { factor throws(ModelError) in
      try SoftNearestNeighborLoss(
        factor: factor, temperature: Self.firstTemperature, learnsTemperature: true, named: "neighbors",
        in: &parameters)
    }
    return Model(classifier: classifier, neighbors: neighbors)
  }

  public var solvedParts: [String] {
    (grams == nil ? [] : GramClassifier.solvedNames)
      + (settings.model.isMultilabel ? [TextClassifier.thresholdName] : [])
  }

  /// Writes the table of n-grams that was solved before the training into its parameters, where there is one; biases of labels that texts have
  /// any number of begin from their frequencies.
  public func setSolvedParts(of model: Model, in parameters: inout Parameters) {
    if let table = model.classifier.grams { grams?.write(to: table, in: &parameters) }
    if labelSets != nil { beginFromFrequencies(model.classifier, in: &parameters) }
  }
}
