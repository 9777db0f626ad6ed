/// Words as the ids of their characters, and one width of windows over them.
// Safe over bare pointers: kernels alone read them, and to call one is `unsafe`.
@safe
public struct WindowTask {
  /// The ids of all words, one word after the other.
  public let symbols: UnsafePointer<Int32>
  /// Where each word starts, and the end: one more than there are words.
  public let starts: UnsafePointer<Int32>
  /// How many words there are.
  public let words: Int
  /// The characters of a window.
  public let width: Int
  /// The length that words are padded to with characters that count nothing; 0 for none.
  public let paddedLength: Int
  /// Floats from one character's row of the tables to the next.
  public let rowStride: Int
  /// Floats from one offset in a window to the next, inside a row: a multiple of every lane, for the gap behind the filters is
  /// read and written too.
  public let offsetStride: Int
  /// The filters to compute.
  public let filters: Int
  /// Floats from one word's results to the next.
  public let outputStride: Int

  /// Groups what a pass reads and writes.
  public init(
    symbols: UnsafePointer<Int32>, starts: UnsafePointer<Int32>, words: Int, width: Int, paddedLength: Int,
    rowStride: Int, offsetStride: Int, filters: Int, outputStride: Int
  ) {
    unsafe self.symbols = symbols
    unsafe self.starts = starts
    self.words = words
    self.width = width
    self.paddedLength = paddedLength
    self.rowStride = rowStride
    self.offsetStride = offsetStride
    self.filters = filters
    self.outputStride = outputStride
  }
}

/// Kernels over the windows of words: a convolution over embedded characters as sums of rows of tables.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct CharacterKernels: Sendable {
  /// For every word w and filter f: the largest of the sums over o of `table[symbol[t + o]][o][f]` among the windows t,
  /// and where it is, in `places` as a float; y[w, f] = tanh(largest + bias[f]): `(task, table, bias, y, places)`. A
  /// word's places are `offsetStride` floats from the next one's.
  ///
  /// Without padding the windows that lie inside the word count, and for a shorter word the one at its start. With
  /// padding all windows of the padded word do; the first of those that see padding alone has place `length`.
  public typealias Maxima = @Sendable (WindowTask, Source, Source, Target, Target) -> Void

  /// Adds d[w, f] = dy[w, f] (1 - y[w, f]²) to `tableGradient` at the characters under the largest window, and to
  /// `biasGradient[f]`: `(task, dy, y, places, tableGradient, biasGradient)`. The stride of `places` is as above.
  public typealias MaximaGradient = @Sendable (WindowTask, Source, Source, Source, Target, Target) -> Void

  /// y[w, f] = tanh(largest window sum + bias[f]), and where the window is; see `Maxima`.
  public let maxima: Maxima
  /// The way back through `maxima`; see `MaximaGradient`.
  public let maximaGradient: MaximaGradient

  /// Groups the kernels.
  public init(maxima: @escaping Maxima, maximaGradient: @escaping MaximaGradient) {
    unsafe self.maxima = maxima
    unsafe self.maximaGradient = maximaGradient
  }
}
