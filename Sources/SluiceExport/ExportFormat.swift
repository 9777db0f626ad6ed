/// The forms in which a trained model leaves for other programs. The page Exports has what each holds.
public enum ExportFormat: String, Sendable, CaseIterable {
  /// A graph of ONNX, which onnxruntime and others run; with the alphabet, labels or vocabulary beside it.
  case onnx
  /// All weights as arrays of NumPy, under their names here.
  case npz
  /// All weights in safetensors, under the names of a module of PyTorch.
  case pyTorch
  /// The vectors of all words that the model knows, in the text format of word2vec.
  case vectors
  /// The same in the binary format of word2vec.
  case binaryVectors
}
