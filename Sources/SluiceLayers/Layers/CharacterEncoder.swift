import SluiceCore

/// Filters over `width` neighboring characters, `maps` of them.
public struct CharacterFilters: Sendable, Hashable, Codable {
  /// The characters of a window; at least 1.
  public let width: Int
  /// How many filters of this width there are, each a column of the result.
  public let maps: Int

  /// Filters of one width.
  public init(width: Int, maps: Int) {
    self.width = width
    self.maps = maps
  }
}

/// Words from their characters: a vector for any spelling, without a table of words (Kim, Jernite, Sontag and Rush
/// 2016, arXiv:1508.06615).
///
/// Each word's characters c are embedded, every filter is laid over every window of neighboring characters, and
/// the largest value counts: `y[f] = tanh(b[f] + max over t of (sum over o of W[o, f] · e[c[t + o]]))`. A window lies
/// inside the word; a word shorter than a filter has one window, whose missing characters count nothing. With
/// `paddedLength`, as in the authors' program, words are padded to that length with such characters, and
/// windows that overlap the padding take part in the maximum too.
///
/// **Shapes.** Ragged ids of characters → [words, `width`], the filters in their order. Parameters: `embedding`
/// [characters, embeddingWidth]; for each width w, `filter_w` [w, maps, embeddingWidth] and `bias_w` [maps].
///
/// **How.** A filter over embedded characters is a sum of rows of a small table, character by offset, which is made
/// once a step by one product for each width. So a window costs additions alone, and the gradient touches
/// one window of each filter. The cost of the tables does not depend on the words.
public struct CharacterEncoder: Sendable {
  /// The characters' vectors: [characters, embeddingWidth].
  public let embedding: ParameterHandle
  /// The weights of each width of filters.
  public let filterWeights: [ParameterHandle]
  /// The bias of each width of filters: [maps] each, added before the tanh.
  public let biases: [ParameterHandle]
  /// Marks what the encoder records, so that reports can name it.
  public let layer: LayerHandle
  /// The widths of filters, in the order of their columns in the result.
  public let filters: [CharacterFilters]
  /// The number of different characters.
  public let characters: Int
  /// The elements of each character's vector.
  public let embeddingWidth: Int
  /// The length that words are padded to, or nil where padding takes no part.
  public let paddedLength: Int?
  /// The columns of the result: the maps of all filters.
  public let width: Int

  /// - Parameters:
  ///   - initializer: of all parameters; nil for a normal embedding with deviation 1 and filters uniform within
  ///     ±1/√(filter width · embedding width), PyTorch's defaults.
  /// - Throws: `ModelError` if the name is taken, an extent is not positive, or `paddedLength` is below a filter's width.
  public init(
    characters: Int, embeddingWidth: Int, filters: [CharacterFilters], paddedLength: Int? = nil,
    initializer: Initializer? = nil, named name: String, in parameters: inout Parameters
  ) throws(ModelError) {
    guard characters > 0, embeddingWidth > 0, !filters.isEmpty,
      filters.allSatisfy({ $0.width > 0 && $0.maps > 0 && $0.width <= paddedLength ?? $0.width })
    else {
      throw ModelError(
        "CharacterEncoder '\(name)'",
        expected:
          "positive extents, at least one width of filters, and words padded to no less than a filter's width",
        got: "\(characters) characters of width \(embeddingWidth), filters "
          + filters.map { "\($0.width)×\($0.maps)" }.joined(separator: " ")
          + (paddedLength.map { ", words padded to \($0)" } ?? ""))
    }
    layer = try parameters.addLayer(named: name)
    embedding = try parameters.add(
      "\(name).embedding", shape: Shape(characters, embeddingWidth),
      initializer: initializer ?? .normal(deviation: 1), layer: layer)
    var weights: [ParameterHandle] = []
    var biases: [ParameterHandle] = []
    for (i, filter) in filters.enumerated() {
      let isRepeated = filters[..<i].contains { $0.width == filter.width }
      let suffix = isRepeated ? "\(filter.width)_\(i)" : "\(filter.width)"
      let usual = Initializer.uniform(units: filter.width * embeddingWidth)
      weights.append(
        try parameters.add(
          "\(name).filter_\(suffix)", shape: Shape(filter.width, filter.maps, embeddingWidth),
          initializer: initializer ?? usual, layer: layer))
      biases.append(
        try parameters.add(
          "\(name).bias_\(suffix)", shape: Shape(filter.maps), role: .bias, initializer: initializer ?? usual,
          layer: layer))
    }
    filterWeights = weights
    self.biases = biases
    self.filters = filters
    self.characters = characters
    self.embeddingWidth = embeddingWidth
    self.paddedLength = paddedLength
    width = filters.reduce(0) { $0 + $1.maps }
  }

  /// The vector of each word: [words, width].
  ///
  /// - Precondition: no word is empty or longer than `paddedLength`, and every id is below `characters`.
  /// - Complexity: O(sum of word lengths · filter elements / embeddingWidth) additions, and the products for the tables;
  ///   allocates nothing.
  public func callAsFunction(_ words: RaggedIndices, _ tape: inout Tape) -> Tensor {
    let outside = tape.enter(layer)
    defer { _ = tape.enter(outside) }
    let symbols = tape.copyIndices(words.values)
    let starts = tape.copyIndices(words.offsets)
    var needsGradient = tape.requiresGradient(embedding)
    for i in 0..<filters.count where !needsGradient {
      needsGradient = tape.requiresGradient(filterWeights[i]) || tape.requiresGradient(biases[i])
    }
    let y = tape.makeTensor(Shape(words.count, width), requiresGradient: needsGradient)
    var column = 0
    for i in 0..<filters.count {
      let (size, maps) = (filters[i].width, filters[i].maps)
      let convolution = CharacterConvolution(
        embedding: embedding, filter: filterWeights[i], bias: biases[i], y: y, symbols: symbols,
        starts: starts,
        characters: characters, embeddingWidth: embeddingWidth, width: size, maps: maps,
        paddedLength: paddedLength ?? 0, column: column, outputWidth: width,
        table: tape.makeWorkspace(characters * size * CharacterWindows.filterStride(maps)),
        places: tape.makeWorkspace(words.count * CharacterWindows.filterStride(maps)))
      convolution.forward(tape)
      tape.record(convolution)
      column += maps
    }
    return y
  }
}

/// The filters of one width, with their maximum.
private struct CharacterConvolution: TapeOperation {
  static let name: StaticString = "characterConvolution"
  let embedding: ParameterHandle
  let filter: ParameterHandle
  let bias: ParameterHandle
  let y: Tensor
  let symbols: IndexRange
  let starts: IndexRange
  let characters: Int
  let embeddingWidth: Int
  let width: Int
  let maps: Int
  let paddedLength: Int
  let column: Int
  let outputWidth: Int
  /// What each character adds to each filter at each offset, and on the way back the gradient of that.
  let table: Workspace
  /// Where each word's largest window of each filter is.
  let places: Workspace

  var inputs: TensorList { TensorList() }
  var outputs: TensorList { TensorList(y) }

  func senses(_ tape: borrowing Tape) -> OperationSenses {
    OperationSenses(.rows(tape.indices(symbols), of: embedding, padding: -1))
  }

  private func windows(_ tape: borrowing Tape) -> CharacterWindows {
    CharacterWindows(
      symbols: tape.indices(symbols), starts: tape.indices(starts), characters: characters, width: width,
      filters: maps, paddedLength: paddedLength, column: column, outputWidth: outputWidth)
  }

  /// What the characters at `offset` of the windows add to the filters: [characters, maps].
  private func columns(_ offset: Int, of table: Floats) -> Matrix {
    let stride = CharacterWindows.filterStride(maps)
    let first = offset * stride
    return Matrix(table, rows: characters, columns: width * stride)[columns: first..<first + maps]
  }

  /// The filters' weights at `offset`: [maps, embeddingWidth].
  private func weights(_ offset: Int, of filter: Floats) -> Matrix {
    Matrix(filter, rows: width * maps, columns: embeddingWidth)[rows: offset * maps..<(offset + 1) * maps]
  }

  func forward(_ tape: borrowing Tape) {
    let table = tape.floats(table)
    let vectors = Matrix(tape.values(of: embedding), rows: characters, columns: embeddingWidth)
    for offset in 0..<width {
      tape.engine.multiply(
        vectors, weights(offset, of: tape.values(of: filter)).transposed, into: columns(offset, of: table))
    }
    tape.engine.windowMaxima(
      windows(tape), table: table, bias: tape.values(of: bias), into: tape.values(of: y),
      places: tape.floats(places))
  }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y) else { return }
    let biasGradient = tape.floats(tape.makeWorkspace(maps))
    let table = tape.floats(table)
    tape.engine.windowMaximaGradient(
      windows(tape), y: tape.values(of: y), dy: dy, places: tape.floats(places), table: table,
      bias: biasGradient)
    if let db = tape.contribution(to: bias) {
      if db.accumulate {
        tape.engine.accumulate(biasGradient, onto: db.floats)
      } else {
        db.floats.copy(from: biasGradient)
      }
    }
    if let dW = tape.contribution(to: filter) {
      let vectors = Matrix(tape.values(of: embedding), rows: characters, columns: embeddingWidth)
      for offset in 0..<width {
        tape.engine.multiply(
          columns(offset, of: table).transposed, vectors, into: weights(offset, of: dW.floats),
          accumulate: dW.accumulate)
      }
    }
    if let de = tape.contribution(to: embedding) {
      let target = Matrix(de.floats, rows: characters, columns: embeddingWidth)
      for offset in 0..<width {
        tape.engine.multiply(
          columns(offset, of: table), weights(offset, of: tape.values(of: filter)), into: target,
          accumulate: de.accumulate || offset > 0)
      }
    }
  }
}
