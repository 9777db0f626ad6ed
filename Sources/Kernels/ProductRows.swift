import KernelInterface

// One compiled loop for each number of rows a tile can have. Tiles of equal height, such as 9, 9 and 8 for
// 26 rows, run at full speed, where 12, 12 and 2 would not.

/// Runs `sweep` for `rows` rows, at most `tileRows`.
@inline(__always)
func sweepRows(_ rows: Int, _ sweep: Sweep) {
  switch rows {
  case 1: sweep1(sweep)
  case 2: sweep2(sweep)
  case 3: sweep3(sweep)
  case 4: sweep4(sweep)
  #if AVX512 || AVX2 || arch(arm64)
    case 5: sweep5(sweep)
    case 6: sweep6(sweep)
  #endif
  #if AVX512 || arch(arm64)
    case 7: sweep7(sweep)
    case 8: sweep8(sweep)
  #endif
  #if AVX512
    case 9: sweep9(sweep)
    case 10: sweep10(sweep)
    case 11: sweep11(sweep)
    case 12: sweep12(sweep)
  #endif
  default: break
  }
}

@inline(never)
private func sweep1(_ sweep: Sweep) { sweepColumns(rows: 1, panels: 4, sweep) }
@inline(never)
private func sweep2(_ sweep: Sweep) { sweepColumns(rows: 2, panels: 2, sweep) }
@inline(never)
private func sweep3(_ sweep: Sweep) { sweepColumns(rows: 3, panels: 1, sweep) }
@inline(never)
private func sweep4(_ sweep: Sweep) { sweepColumns(rows: 4, panels: 1, sweep) }

#if AVX512 || AVX2 || arch(arm64)
  @inline(never)
  private func sweep5(_ sweep: Sweep) { sweepColumns(rows: 5, panels: 1, sweep) }
  @inline(never)
  private func sweep6(_ sweep: Sweep) { sweepColumns(rows: 6, panels: 1, sweep) }
#endif

#if AVX512 || arch(arm64)
  @inline(never)
  private func sweep7(_ sweep: Sweep) { sweepColumns(rows: 7, panels: 1, sweep) }
  @inline(never)
  private func sweep8(_ sweep: Sweep) { sweepColumns(rows: 8, panels: 1, sweep) }
#endif

#if AVX512
  @inline(never)
  private func sweep9(_ sweep: Sweep) { sweepColumns(rows: 9, panels: 1, sweep) }
  @inline(never)
  private func sweep10(_ sweep: Sweep) { sweepColumns(rows: 10, panels: 1, sweep) }
  @inline(never)
  private func sweep11(_ sweep: Sweep) { sweepColumns(rows: 11, panels: 1, sweep) }
  @inline(never)
  private func sweep12(_ sweep: Sweep) { sweepColumns(rows: 12, panels: 1, sweep) }
#endif

/// Runs `sweep` for `rows` rows of A that are `aRowStride` apart: whole tiles, or any where rows are read freely.
@inline(__always)
func sweepRowsApart(_ rows: Int, _ sweep: Sweep) {
  switch rows {
  case tileRows: sweepApart(sweep)
  #if AVX2
    case 1: sweep1(sweep)
    case 2: sweepApart2(sweep)
    case 3: sweepApart3(sweep)
    case 4: sweepApart4(sweep)
    case 5: sweepApart5(sweep)
  #endif
  default: break
  }
}

@inline(never)
private func sweepApart(_ sweep: Sweep) { sweepColumns(rows: tileRows, panels: 1, apart: true, sweep) }

#if AVX2
  @inline(never)
  private func sweepApart2(_ sweep: Sweep) { sweepColumns(rows: 2, panels: 2, apart: true, sweep) }
  @inline(never)
  private func sweepApart3(_ sweep: Sweep) { sweepColumns(rows: 3, panels: 1, apart: true, sweep) }
  @inline(never)
  private func sweepApart4(_ sweep: Sweep) { sweepColumns(rows: 4, panels: 1, apart: true, sweep) }
  @inline(never)
  private func sweepApart5(_ sweep: Sweep) { sweepColumns(rows: 5, panels: 1, apart: true, sweep) }
#endif
