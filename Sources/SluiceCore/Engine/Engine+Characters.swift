import KernelInterface

/// Words as characters and the tables of one width of filters over them, checked.
///
/// `table` is `[characters, width, filterStride]`: for each character and each offset in the window, what it adds to every
/// filter. A row of filters ends in a gap, so that the next one begins at a cache line: no vector lies on two lines, and no
/// line is written by two threads.
public struct CharacterWindows: Sendable {
  let symbols: Indices
  let starts: Indices
  let characters: Int
  let width: Int
  let filters: Int
  let paddedLength: Int
  let column: Int
  let outputWidth: Int

  /// How many words there are.
  public var words: Int { starts.count - 1 }
  /// Floats from one row of filters to the next, in the table and in what says where the largest windows are.
  public var filterStride: Int { Self.filterStride(filters) }
  /// The floats of the table.
  var tableCount: Int { characters * width * filterStride }
  /// The floats that say where the largest windows are.
  var placeCount: Int { words * filterStride }

  /// `filters` and the gap behind a row of them.
  public static func filterStride(_ filters: Int) -> Int { Arena.aligned(filters) }

  /// - Parameters:
  ///   - symbols: the ids of the characters of all words.
  ///   - starts: where each word starts, and the end.
  ///   - width: the characters of a window.
  ///   - paddedLength: the length that words count as padded to, or 0.
  ///   - column: where this width's filters stand among the `outputWidth` columns of all.
  /// - Precondition: the ids are below `characters`, the starts do not decrease, no word is longer than a padded length,
  ///   and no word is empty.
  public init(
    symbols: Indices, starts: Indices, characters: Int, width: Int, filters: Int, paddedLength: Int,
    column: Int,
    outputWidth: Int
  ) {
    expect(
      width > 0 && filters > 0 && column >= 0 && column + filters <= outputWidth, "CharacterWindows",
      expected: "windows of at least 1 and filters among \(outputWidth) columns",
      got: "width \(width) and \(filters) filters at column \(column)")
    expect(
      paddedLength == 0 || paddedLength >= width, "CharacterWindows",
      expected: "words padded to at least the \(width) characters of a window", got: "\(paddedLength)")
    expect(
      starts.count > 0 && starts[0] == 0 && Int(starts[starts.count - 1]) == symbols.count,
      "CharacterWindows",
      expected: "starts of words from 0 to \(symbols.count), the number of characters",
      got: starts.count == 0 ? "none" : "\(starts[0]) to \(starts[starts.count - 1])")
    for i in 0..<starts.count - 1 {
      let length = Int(starts[i + 1]) - Int(starts[i])
      expect(
        length > 0, "CharacterWindows", expected: "words of at least one character",
        got: "\(length) in word \(i)")
      expect(
        paddedLength == 0 || length <= paddedLength, "CharacterWindows",
        expected: "words of at most \(paddedLength) characters", got: "\(length) in word \(i)")
    }
    for i in 0..<symbols.count {
      expect(
        symbols[i] >= 0 && symbols[i] < characters, "CharacterWindows",
        expected: "characters from 0 up to, not including, \(characters)", got: "\(symbols[i]) at place \(i)")
    }
    self.symbols = symbols
    self.starts = starts
    self.characters = characters
    self.width = width
    self.filters = filters
    self.paddedLength = paddedLength
    self.column = column
    self.outputWidth = outputWidth
  }
}

/// Work on one width of windows, cut into parts of filters: no part writes where another does.
///
/// A part has filters side by side, as many as its share of the threads.
private struct CharacterTask: Sendable {
  /// Filters that are not parted: a whole number of lanes of every instruction set.
  static let lane = 16

  let threads: Int
  let kernels: CharacterKernels
  let windows: CharacterWindows
  let table: Floats
  let bias: Floats
  let y: Floats
  let dy: Floats
  let places: Floats

  @unsafe
  func task(_ range: Range<Int>) -> WindowTask {
    unsafe WindowTask(
      symbols: windows.symbols.source, starts: windows.starts.source, words: windows.words,
      width: windows.width,
      paddedLength: windows.paddedLength, rowStride: windows.width * windows.filterStride,
      offsetStride: windows.filterStride, filters: range.count, outputStride: windows.outputWidth)
  }

  func forward(_ part: Int) {
    let range = filters(of: part)
    unsafe kernels.maxima(
      task(range), table.source + range.lowerBound, bias.source + range.lowerBound,
      y.pointer + windows.column + range.lowerBound, places.pointer + range.lowerBound)
  }

  func backward(_ part: Int) {
    let range = filters(of: part)
    let first = range.lowerBound
    // What is added up behind the last filter is read by nobody, but it should be a number.
    let end = range.upperBound == windows.filters ? windows.filterStride : range.upperBound
    for row in 0..<windows.characters * windows.width {
      let start = row * windows.filterStride
      table[start + first..<start + end].fill(0)
    }
    bias[range].fill(0)
    let column = windows.column + first
    unsafe kernels.maximaGradient(
      task(range), dy.source + column, y.source + column, places.source + first, table.pointer + first,
      bias.pointer + first)
  }

  func filters(of part: Int) -> Range<Int> {
    lanes * part / parts * Self.lane..<min(lanes * (part + 1) / parts * Self.lane, windows.filters)
  }

  private var lanes: Int { (windows.filters + Self.lane - 1) / Self.lane }
  var parts: Int { min(threads, lanes) }
}

extension Engine {
  /// The largest sum of every filter over the windows of each word: y[w, f] = tanh(max over t of (sum over o of
  /// `table[symbol[t + o]][o][f]`) + bias[f]).
  ///
  /// **Shapes.** `table` [characters, width, filterStride], `bias` [filters], `y` [words, outputWidth], of which the columns
  /// from `column` on are written; `places` [words, filterStride], where the largest sum is, the first if there are several.
  ///
  /// - Precondition: the counts agree.
  /// - Complexity: O(characters of the words · width · filters); allocates nothing.
  public func windowMaxima(
    _ windows: CharacterWindows, table: Floats, bias: Floats, into y: Floats, places: Floats
  ) {
    let task = task(windows, table: table, bias: bias, y: y, dy: y, places: places)
    workers.run(task.parts, task) { task, part in task.forward(part) }
  }

  /// The gradients of the table and of the bias for a gradient `dy` of y; both are overwritten.
  public func windowMaximaGradient(
    _ windows: CharacterWindows, y: Floats, dy: Floats, places: Floats, table: Floats, bias: Floats
  ) {
    let task = task(windows, table: table, bias: bias, y: y, dy: dy, places: places)
    workers.run(task.parts, task) { task, part in task.backward(part) }
  }

  private func task(
    _ windows: CharacterWindows, table: Floats, bias: Floats, y: Floats, dy: Floats, places: Floats
  ) -> CharacterTask {
    expect(
      table.count == windows.tableCount && bias.count == windows.filters
        && y.count == windows.words * windows.outputWidth && dy.count == y.count
        && places.count == windows.placeCount, "Engine, character windows",
      expected:
        "a table of \(windows.tableCount), \(windows.filters) biases, results of "
        + "\(windows.words * windows.outputWidth) and \(windows.placeCount) places",
      got: "\(table.count), \(bias.count), \(y.count) and \(dy.count), and \(places.count)")
    return CharacterTask(
      threads: workers.count, kernels: kernels.characters, windows: windows, table: table, bias: bias, y: y,
      dy: dy, places: places)
  }
}
