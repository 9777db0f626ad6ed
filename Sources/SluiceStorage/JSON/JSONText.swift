/// Appends `text` as a JSON string, quotes included. Allocates nothing while `bytes` has room.
package func appendJSONString(_ text: String, to bytes: inout [UInt8]) {
  bytes.append(UInt8(ascii: "\""))
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case 0x20...:
      bytes.append(byte)
    default:
      bytes.append(UInt8(ascii: "\\"))
      if byte == UInt8(ascii: "\n") {
        bytes.append(UInt8(ascii: "n"))
      } else if byte == UInt8(ascii: "\t") {
        bytes.append(UInt8(ascii: "t"))
      } else {
        bytes.append(UInt8(ascii: "u"))
        bytes.append(UInt8(ascii: "0"))
        bytes.append(UInt8(ascii: "0"))
        bytes.append(hexDigit(byte >> 4))
        bytes.append(hexDigit(byte & 15))
      }
    }
  }
  bytes.append(UInt8(ascii: "\""))
}

private func hexDigit(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

/// Appends the digits of `value`. Allocates nothing while `bytes` has room.
func appendInteger(_ value: Int, to bytes: inout [UInt8]) {
  if value < 0 { bytes.append(UInt8(ascii: "-")) }
  let first = bytes.count
  var rest = value.magnitude
  repeat {
    bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
    rest /= 10
  } while rest > 0
  var low = first
  var high = bytes.count - 1
  while low < high {
    // Not swapAt, which allocates in a debug build.
    let byte = bytes[low]
    bytes[low] = bytes[high]
    bytes[high] = byte
    low += 1
    high -= 1
  }
}
