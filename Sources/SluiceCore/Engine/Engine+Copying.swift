extension Engine {
  /// y = x, element by element.
  ///
  /// Large views are copied by all threads, each one piece: a copy is as fast as memory, and one core hardly ever is. Unlike
  /// `Floats.copy` it touches no memory where that is only planned.
  ///
  /// - Precondition: both have as many elements, and share none.
  /// - Complexity: O(elements); allocates nothing.
  public func copy(_ x: Floats, into y: Floats) {
    expect(
      x.count == y.count, "Engine.copy", expected: "two views of equal count",
      got: "\(x.count) and \(y.count)")
    guard computes else { return }
    guard workers.count > 1, x.count >= Self.leastSharedCopy else { return y.copy(from: x) }
    let task = unsafe CopyTask(x: x.borrowed, y: y.borrowed, parts: workers.count)
    workers.run(task.parts, task) { task, part in
      let (count, parts) = (task.x.count / Arena.alignment, task.parts)
      let first = count * part / parts * Arena.alignment
      let end = part + 1 == parts ? task.x.count : count * (part + 1) / parts * Arena.alignment
      task.y[first..<end].copy(from: task.x[first..<end])
    }
  }

  /// Fewer elements one thread copies in less time than two take to meet and to fetch what the other has in its cache.
  private static var leastSharedCopy: Int { 1 << 19 }
}

private struct CopyTask: Sendable {
  let x: Floats
  let y: Floats
  /// As many as threads: the longer a piece, the sooner the system's copying goes past the caches.
  let parts: Int
}
