import KernelInterface

// How element by element work is cut into parts. Every element gets the same bits wherever a cut lies, so neither the number of threads nor the cuts change a result.

/// A call of a kernel over three vectors of equal count, cut into parts.
struct VectorTask: Sendable {
  /// The least elements of a part. Two parts are the least that pays for waking another thread.
  static let partSize = 16_384

  // Safe to hold: to call a kernel is `unsafe`.
  @safe
  enum Call: Sendable {
    case map(MapKernel)
    case combine(CombineKernel)
    case gradient(GradientKernel, accumulate: Bool)
    case scale(@Sendable (Source, Float, Target, Int) -> Void, Float)
    case addScaled(@Sendable (Source, Source, Float, Target, Int) -> Void, Float)
  }

  let call: Call
  let a: Floats
  let b: Floats
  let y: Floats
  /// The elements of a part.
  let size: Int

  /// Runs the call over the elements `range`.
  func run(_ range: Range<Int>) {
    let a = unsafe a.source + range.lowerBound
    let b = unsafe b.source + range.lowerBound
    let y = unsafe y.pointer + range.lowerBound
    switch call {
    case .map(let kernel): unsafe kernel(a, y, range.count)
    case .combine(let kernel): unsafe kernel(a, b, y, range.count)
    case .gradient(let kernel, let accumulate): unsafe kernel(a, b, y, range.count, accumulate)
    case .scale(let kernel, let factor): unsafe kernel(a, factor, y, range.count)
    case .addScaled(let kernel, let factor): unsafe kernel(a, b, factor, y, range.count)
    }
  }
}

extension Engine {
  /// Runs `call` over all elements: y from a, or from a and b.
  func run(_ call: VectorTask.Call, _ a: Floats, _ b: Floats, into y: Floats) {
    expect(
      a.count == y.count && b.count == y.count, "Engine, element by element",
      expected: "operands and a result of equal count", got: "\(a.count), \(b.count) and \(y.count)")
    let size = longPart(of: y.count, atLeast: VectorTask.partSize)
    let task = unsafe VectorTask(call: call, a: a.borrowed, b: b.borrowed, y: y.borrowed, size: size)
    let parts = partCount(y.count, size)
    guard parts > 1 else { return task.run(0..<y.count) }
    workers.run(parts, task) { task, part in
      task.run(part * task.size..<min((part + 1) * task.size, task.y.count))
    }
  }

  /// The elements of a part of a sweep over `count`: some four parts for each thread, so that none waits long for another,
  /// but no shorter than that. Long parts are a third faster in memory than many short ones, which the threads take in
  /// turn: each is a new stream to fetch ahead.
  ///
  /// Only for work whose results do not depend on where it is cut.
  public func longPart(of count: Int, atLeast least: Int) -> Int {
    let share = count / (4 * workers.count)
    return max(least, share / Arena.alignment * Arena.alignment)
  }

  /// How many parts of `size` elements `count` elements make, or 1 where one thread is as fast.
  func partCount(_ count: Int, _ size: Int) -> Int {
    workers.count == 1 || count < 2 * size ? 1 : (count + size - 1) / size
  }
}
