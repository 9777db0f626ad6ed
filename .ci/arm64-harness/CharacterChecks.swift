import KernelInterface

/// Words over seven characters, tables of their windows, and what the readable loops say.
private struct Scene {
  let memory = KernelMemory()
  let task: WindowTask
  let words: [[Int32]]
  let table, bias, y, places: Floats
  /// A lane of the widest set, so that every set may read the gap behind the filters.
  let offsetStride: Int

  init(_ kernels: KernelTable, filters: Int, width: Int, padded: Int) {
    var numbers = TestNumbers(seed: UInt64(filters + width))
    words = [[1, 2, 3, 1, 6], [4], [5, 5], [0, 1, 2, 3, 4, 5, 6]]
    offsetStride = (filters + 15) / 16 * 16
    table = memory.vector(numbers.array(7 * width * offsetStride), offset: 0)
    bias = memory.vector(numbers.array(filters), offset: 1)
    y = memory.vector(count: words.count * (filters + 2), offset: 3)
    places = memory.vector(count: words.count * offsetStride)
    var starts: [Int32] = [0]
    for word in words { starts.append(starts[starts.count - 1] + Int32(word.count)) }
    task = WindowTask(
      symbols: memory.labels(words.flatMap { $0 }).source, starts: memory.labels(starts).source,
      words: words.count,
      width: width, paddedLength: padded, rowStride: width * offsetStride, offsetStride: offsetStride,
      filters: filters, outputStride: filters + 2)
  }

  /// The sums of the windows of a word that count, for one filter.
  func windows(_ word: Int, _ f: Int) -> [Double] {
    let symbols = words[word]
    var sums: [Double] = []
    let last = task.paddedLength > 0 ? task.paddedLength - task.width : max(0, symbols.count - task.width)
    for t in 0...last {
      var sum = 0.0
      for o in 0..<task.width where t + o < symbols.count {
        sum += Double(table[Int(symbols[t + o]) * task.rowStride + o * offsetStride + f])
      }
      sums.append(sum)
    }
    return sums
  }
}

private func forEachScene(_ kernels: KernelTable, _ body: (Scene) -> Void) {
  for filters in [1, 3, 4, 5, 8, 19] {
    for width in [1, 2, 3] {
      for padded in [0, 7, 10] { body(Scene(kernels, filters: filters, width: width, padded: padded)) }
    }
  }
}

let characterChecks: [Check] = [
  Check("characters.maxima") { kernels, verdict in
    forEachScene(kernels) { s in
      kernels.characters.maxima(s.task, s.table.source, s.bias.source, s.y.pointer, s.places.pointer)
      for word in s.words.indices {
        for f in 0..<s.task.filters {
          let sums = s.windows(word, f)
          let best = sums.reduce(-Double.infinity) { max($0, $1) }
          let want = libmTanh(best + Double(s.bias[f]))
          verdict.compare(
            Double(s.y[word * s.task.outputStride + f]), want, within: 1e-6, of: 1, "of the largest tanh")
          let place = Int(s.places[word * s.offsetStride + f])
          verdict.expect(
            place >= 0 && place < sums.count && sums[place] >= best - 1e-5,
            "the place is not that of the largest")
        }
        verdict.expect(s.y[word * s.task.outputStride + s.task.filters] == 7, "it writes between the words")
      }
      verdict.expect(s.memory.guardsIntact, "it writes beyond its results")
    }
  },
  Check("characters.maximaGradient") { kernels, verdict in
    forEachScene(kernels) { s in
      var numbers = TestNumbers(seed: 4)
      // Places as the readable loops find them, so that nothing depends on the other kernel.
      for word in s.words.indices {
        for f in 0..<s.offsetStride {
          let sums = f < s.task.filters ? s.windows(word, f) : [0]
          var place = 0
          for t in sums.indices where sums[t] > sums[place] { place = t }
          s.places[word * s.offsetStride + f] = Float(place)
        }
      }
      let outputs = s.words.count * s.task.outputStride
      let y = s.memory.vector(numbers.array(outputs, -0.9...0.9), offset: 1)
      let dy = s.memory.vector(numbers.array(outputs), offset: 2)
      let table = s.memory.vector([Float](repeating: 0.5, count: s.table.count))
      let bias = s.memory.vector([Float](repeating: 0.25, count: s.task.filters), offset: 3)
      var wantTable = [Double](repeating: 0.5, count: s.table.count)
      var wantBias = [Double](repeating: 0.25, count: s.task.filters)
      for word in s.words.indices {
        for f in 0..<s.task.filters {
          let i = word * s.task.outputStride + f
          let slope = Double(dy[i]) * (1 - Double(y[i]) * Double(y[i]))
          wantBias[f] += slope
          let t = Int(s.places[word * s.offsetStride + f])
          for o in 0..<s.task.width where t + o < s.words[word].count {
            wantTable[Int(s.words[word][t + o]) * s.task.rowStride + o * s.offsetStride + f] += slope
          }
        }
      }
      kernels.characters.maximaGradient(
        s.task, dy.source, y.source, s.places.source, table.pointer, bias.pointer)
      verdict.compare(table.array, wantTable, within: 1e-6)
      verdict.compare(bias.array, wantBias, within: 1e-6)
      verdict.expect(s.memory.guardsIntact, "it writes beyond its results")
    }
  },
]
