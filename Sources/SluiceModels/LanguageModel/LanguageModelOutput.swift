import SluiceCore
import SluiceLayers

/// How the next word is predicted, with the loss of doing so.
public enum LanguageModelOutput: Sendable {
  /// One softmax over all words.
  case softmax(LinearCrossEntropy)
  /// The words in clusters of falling frequency.
  case adaptive(AdaptiveCrossEntropy)

  /// - Parameter table: the table that words are read from, where there is one.
  init(
    vocabulary: Int, table: Embedding?, _ settings: LanguageModelSettings, initializer: Initializer,
    in parameters: inout Parameters
  ) throws(ModelError) {
    if settings.tiesWeights {
      guard let table, table.width == settings.units, settings.adaptiveCutoffs.isEmpty else {
        throw ModelError(
          "Tying the weights of a language model",
          expected: "words read from a table as wide as the states, and one softmax over all of them",
          got: "\(table.map { "a table of width \($0.width)" } ?? "words read from characters"), states of "
            + "\(settings.units)\(settings.adaptiveCutoffs.isEmpty ? "" : ", and clusters of words")")
      }
      self = .softmax(
        try LinearCrossEntropy(
          tiedTo: table, biasInitializer: initializer, named: "output", in: &parameters))
    } else if settings.adaptiveCutoffs.isEmpty {
      self = .softmax(
        try LinearCrossEntropy(
          inputs: settings.units, classes: vocabulary, initializer: initializer, biasInitializer: initializer,
          named: "output", in: &parameters))
    } else {
      self = .adaptive(
        try AdaptiveCrossEntropy(
          inputs: settings.units, classes: vocabulary, cutoffs: settings.adaptiveCutoffs,
          initializer: initializer, named: "output", in: &parameters))
    }
  }

  /// The sum of the losses of predicting `labels` from the rows of `x`.
  public func loss(_ x: Tensor, labels: [Int32], _ tape: inout Tape) -> Tensor {
    switch self {
    case .softmax(let output): output(x, labels: labels, reduction: .sum, &tape)
    case .adaptive(let output): output(x, labels: labels, reduction: .sum, &tape)
    }
  }

  /// For every row and word the logarithm of its probability, up to a number that is the same for all words of a row.
  public func scores(_ x: Tensor, _ tape: inout Tape) -> Tensor {
    switch self {
    case .softmax(let output): output.logits(x, &tape)
    case .adaptive(let output): output.logProbabilities(x, &tape)
    }
  }

  /// The bias of the words, where each has one.
  public var bias: ParameterHandle? {
    if case .softmax(let output) = self { output.bias } else { nil }
  }
}
