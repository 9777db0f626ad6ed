import CLibrary

/// The seconds since the beginning of 1970, by the clock of the machine.
public func secondsSince1970() -> Double {
  var time = timespec()
  guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
