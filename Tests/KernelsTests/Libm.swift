#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// The system's functions in double precision, under names that no method of the tests hides.

func libmExp(_ x: Double) -> Double { exp(x) }
func libmLog(_ x: Double) -> Double { log(x) }
func libmErfc(_ x: Double) -> Double { erfc(x) }
func libmTanh(_ x: Double) -> Double { tanh(x) }
