import SluiceCore
import SluiceLayers
import SluiceStorage

extension GraphBuilder {
  /// The vectors of words from their characters, as `CharacterEncoder` makes them.
  ///
  /// - Parameters:
  ///   - characters: the padded ids of each word: [words, letters].
  ///   - counts: how many of them are the word's own: [words].
  /// - Returns: [words, width].
  mutating func words(
    _ characters: GraphValue, counts: GraphValue, _ encoder: CharacterEncoder,
    _ parameters: borrowing Parameters
  ) -> GraphValue {
    let column = unsqueeze(counts, axes: [1])
    let places = counting(characters, axis: 1)
    let isLetter = unsqueeze(add("Less", [places, column]), axes: [2])
    // What is missing of a window counts nothing: zeros behind each word, and as many more as the widest filter reaches.
    let vectors = select(isLetter, gather(weight(encoder.embedding, parameters), characters), number(0))
    let widest = encoder.filters.reduce(1) { max($0, $1.width) }
    let padded = add(
      "Pad", [transpose(vectors, [0, 2, 1]), integers([0, 0, 0, 0, 0, widest - 1]), number(0)])
    var parts: [GraphValue] = []
    for i in encoder.filters.indices {
      parts.append(maxima(of: padded, places: places, counts: column, filter: i, encoder, parameters))
    }
    return add("Tanh", [concatenate(parts, axis: 1)])
  }

  /// For every filter of one width the largest sum over the windows of each word, with the bias: [words, maps].
  private mutating func maxima(
    of letters: GraphValue, places: GraphValue, counts: GraphValue, filter i: Int,
    _ encoder: CharacterEncoder,
    _ parameters: borrowing Parameters
  ) -> GraphValue {
    let (width, maps) = (encoder.filters[i].width, encoder.filters[i].maps)
    let handle = encoder.filterWeights[i]
    let kernel = weight(
      parameters[handle].name, [maps, encoder.embeddingWidth, width],
      encoder.convolutionWeights(i, parameters))
    // As many windows as letters, of which those count that lie inside the word, or the first of a shorter one; where words are padded, those
    // that see a letter and lie inside the padded word.
    let all = add("Conv", [letters, kernel], [ONNXAttribute("kernel_shape", .integers([width]))])
    let widest = encoder.filters.reduce(1) { max($0, $1.width) }
    let windows =
      width == widest
      ? all
      : add("Pad", [all, integers([0, 0, 0, 0, 0, width - widest]), number(0)])
    let last =
      if let length = encoder.paddedLength {
        add("Min", [difference(counts, integer(1)), integer(length - width)])
      } else {
        add("Max", [difference(counts, integer(width)), integer(0)])
      }
    let isInside = unsqueeze(add("LessOrEqual", [places, last]), axes: [1])
    let own = select(isInside, windows, number(-.greatestFiniteMagnitude))
    var largest = add(
      "ReduceMax", [own], [ONNXAttribute("axes", .integers([2])), ONNXAttribute("keepdims", .integer(0))])
    if let length = encoder.paddedLength {
      // A window that sees nothing but padding is zero.
      let hasEmpty = add("LessOrEqual", [counts, integer(length - width)])
      largest = add("Max", [largest, select(hasEmpty, number(0), number(-.greatestFiniteMagnitude))])
    }
    return sum(largest, weight(encoder.biases[i], parameters))
  }
}

extension CharacterEncoder {
  /// The weights of one width of filters as convolutions elsewhere have them: [maps, embeddingWidth, width].
  func convolutionWeights(_ i: Int, _ parameters: borrowing Parameters) -> [Float] {
    let (width, maps) = (filters[i].width, filters[i].maps)
    let values = parameters.values(of: filterWeights[i])
    var result = [Float](repeating: 0, count: values.count)
    for offset in 0..<width {
      for map in 0..<maps {
        for k in 0..<embeddingWidth {
          result[(map * embeddingWidth + k) * width + offset] =
            values[(offset * maps + map) * embeddingWidth + k]
        }
      }
    }
    return result
  }
}
