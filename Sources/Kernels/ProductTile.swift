import CPUFeatures
import KernelInterface

// The innermost part of a product: a tile of C, a few rows by one or more panels, held in registers while
// the depth runs by. For each step of the depth it reads one vector row of each panel of B and multiplies
// it with one element of A for each row. Packed, A lies as [depth][row], so those elements are adjacent.

// `readsRowsFreely`: whether tiles of any height read the rows of A where they lie as fast as packed ones. Six rows
// need few registers for addresses and never drive each other from the first cache.

#if AVX512
  /// 12 x 32: 24 of the 32 registers hold sums, two a row of B, the others elements of A.
  let tileRows = 12
  let laneCount = 16
  let readsRowsFreely = false
#elseif AVX2
  /// 6 x 16: 12 of the 16 registers hold sums.
  let tileRows = 6
  let laneCount = 8
  let readsRowsFreely = true
#elseif arch(arm64)
  /// 8 x 8: 16 of the 32 registers hold sums.
  let tileRows = 8
  let laneCount = 4
  let readsRowsFreely = false
#else
  /// 4 x 8: 8 of the 16 registers hold sums; without FMA the products need registers too.
  let tileRows = 4
  let laneCount = 4
  let readsRowsFreely = false
#endif

/// The columns of a panel of B: two vectors.
let panelWidth = 2 * laneCount
/// The floats from one step of the depth to the next in a packed tile of A.
let tileStride = (tileRows + laneCount - 1) / laneCount * laneCount

// What a tile reads is asked for some steps of the depth ahead. With AVX-512 a step takes half as long as with AVX2 and
// reads twice as much, and what comes from the second cache comes too late unless it is asked for: on an Ice Lake a tile is a
// quarter faster for it. Tiles of fewer rows leave no room for further loads.
#if AVX512
  private let leastRowsToAsk = 8
  /// How many steps ahead elements of a packed A are asked for, and vectors of B.
  private let aStepsAhead = 24
  private let bStepsAhead = 16
#endif

/// One tile of A, some rows high, against panels of B. Of a product's fields it has these:
/// `a` with `aColumnStride` from one step of the depth to the next, and `aRowStride` where its rows are apart;
/// `b` with `bRowStride` from step to step and `panelStride` from panel to panel; `columns`, `depth`, `c` and
/// `start` with their strides; and as `scratch` room for one tile.
///
/// It is no type of its own because a type's functions for copying are emitted under a name that depends on
/// its size alone, which the three kernel modules and all others would share.
typealias Sweep = ProductTask

/// Room for the sums of a tile. Those beyond what a tile uses never exist as registers. The literal, unlike
/// `init(repeating:)`, leaves no generic function behind that two kernel modules could share.
typealias Sums = InlineArray<24, Lane>

@inline(__always)
func zeroSums() -> Sums {
  let z = Lane(repeating: 0)
  return [z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z]
}

/// Computes the tile at the front of `sweep`: `rows` by `panels` panels of `vectors` vectors each. These
/// counts are constants at every call, so that the loops over them vanish and the sums stay in registers. So is
/// `apart`: whether the rows of A are `aRowStride` apart instead of adjacent.
@inline(__always)
func computeTile(rows: Int, panels: Int, vectors: Int, apart: Bool = false, _ sweep: Sweep) {
  var sums = zeroSums()
  var a = sweep.a
  var b = sweep.b
  let aStride = sweep.aColumnStride
  let aRowStride = apart ? sweep.aRowStride : 1
  let bStride = sweep.bRowStride
  let panelStride = sweep.panelStride
  var remaining = sweep.depth
  let across = panels * vectors
  // The rows of C lie far apart and are met at the end all at once: by then they are to be near.
  var line = sweep.c
  for _ in 0..<rows {
    for x in 0..<panels { sluice_prefetch(line + x * panelWidth) }
    #if AVX512
      for x in 0..<panels { sluice_prefetch(line + x * panelWidth + laneCount) }
    #endif
    line += sweep.cRowStride
  }
  #if AVX512
    if rows >= leastRowsToAsk && apart {
      // Those of the next tile, whose first elements no guess of the processor would fetch.
      var next = a + rows * aRowStride
      for _ in 0..<rows {
        sluice_prefetch_read(next)
        next += aRowStride
      }
    }
  #endif
  while remaining > 0 {
    let z = Lane(repeating: 0)
    var row: InlineArray<8, Lane> = [z, z, z, z, z, z, z, z]
    for x in 0..<across {
      row[x] = load(b + (x / vectors) * panelStride + (x % vectors) * laneCount)
    }
    for r in 0..<rows {
      let element = Lane(repeating: a[r * aRowStride])
      for x in 0..<across { sums[r * across + x] = multiplyAdd(element, row[x], sums[r * across + x]) }
    }
    #if AVX512
      if rows >= leastRowsToAsk {
        for x in 0..<across { sluice_prefetch_read(b + bStepsAhead * bStride + x * laneCount) }
        if !apart { sluice_prefetch_read(a + aStepsAhead * aStride) }
      }
    #endif
    a += aStride
    b += bStride
    remaining -= 1
  }
  // Pointers that walk keep these loops small enough to be unrolled whole; a loop that is not would index
  // the sums and so force them into memory.
  var c = sweep.c
  let cStride = sweep.cRowStride
  if var start = sweep.start {
    let startStride = sweep.startRowStride
    for r in 0..<rows {
      for x in 0..<across {
        store(load(start + x * laneCount) + sums[r * across + x], c + x * laneCount)
      }
      start += startStride
      c += cStride
    }
  } else {
    for r in 0..<rows {
      for x in 0..<across { store(sums[r * across + x], c + x * laneCount) }
      c += cStride
    }
  }
}

/// Computes a tile of one panel that reaches beyond the edge of C: into scratch, from where the columns that
/// exist are added to the start value and stored.
@inline(__always)
func computeEdge(rows: Int, vectors: Int, apart: Bool, _ sweep: Sweep) {
  var whole = sweep
  whole.c = sweep.scratch
  whole.cRowStride = vectors * laneCount
  whole.start = nil
  computeTile(rows: rows, panels: 1, vectors: vectors, apart: apart, whole)
  storeEdge(rows: rows, width: vectors * laneCount, sweep)
}

/// Stores the columns of the tile in `sweep.scratch` that C has.
@inline(never)
private func storeEdge(rows: Int, width: Int, _ sweep: Sweep) {
  for r in 0..<rows {
    let c = sweep.c + r * sweep.cRowStride
    let row = sweep.scratch + r * width
    if let start = sweep.start {
      let startRow = start + r * sweep.startRowStride
      for j in 0..<sweep.columns { c[j] = startRow[j] + row[j] }
    } else {
      for j in 0..<sweep.columns { c[j] = row[j] }
    }
  }
}

/// Computes all columns of `sweep` for `rows` rows, `panels` panels at a time while there are as many.
/// Few rows need several panels to keep enough independent sums in flight.
@inline(__always)
func sweepColumns(rows: Int, panels: Int, apart: Bool = false, _ whole: Sweep) {
  var sweep = whole
  if panels > 1 {
    while sweep.columns >= panels * panelWidth {
      computeTile(rows: rows, panels: panels, vectors: 2, apart: apart, sweep)
      sweep.advance(panels: panels)
    }
    if panels > 2 && sweep.columns >= 2 * panelWidth {
      computeTile(rows: rows, panels: 2, vectors: 2, apart: apart, sweep)
      sweep.advance(panels: 2)
    }
  }
  while sweep.columns >= panelWidth {
    computeTile(rows: rows, panels: 1, vectors: 2, apart: apart, sweep)
    sweep.advance(panels: 1)
  }
  if sweep.columns > laneCount {
    computeEdge(rows: rows, vectors: 2, apart: apart, sweep)
  } else if sweep.columns > 0 {
    computeEdge(rows: rows, vectors: 1, apart: apart, sweep)
  }
}

extension Sweep {
  @inline(__always)
  mutating func advance(panels: Int) {
    b += panels * panelStride
    c += panels * panelWidth
    if let start { self.start = start + panels * panelWidth }
    columns -= panels * panelWidth
  }
}
