/// Decoding of UTF-8 that accepts the well-formed sequences of the Unicode Standard (table 3-7) and no
/// others: no surrogates, no overlong forms, nothing above U+10FFFF, no sequence cut short.
enum StrictUTF8 {
  /// Appends the scalar values of `bytes` to `scalars`.
  ///
  /// - Returns: nil, or the position of the first byte of the first ill-formed sequence; `scalars` then
  ///   holds what came before it.
  /// - Complexity: O(bytes); allocates only to grow `scalars`.
  static func decode(_ bytes: ArraySlice<UInt8>, into scalars: inout [UInt32]) -> Int? {
    var i = bytes.startIndex
    while i < bytes.endIndex {
      let lead = bytes[i]
      if lead < 0x80 {
        scalars.append(UInt32(lead))
        i += 1
        continue
      }
      guard let form = Form(lead: lead), i + form.length <= bytes.endIndex else { return i }
      var value = UInt32(lead) & form.leadMask
      for k in 1..<form.length {
        let byte = bytes[i + k]
        let low = k == 1 ? form.secondLow : 0x80
        let high = k == 1 ? form.secondHigh : 0xBF
        guard byte >= low, byte <= high else { return i }
        value = value << 6 | UInt32(byte & 0x3F)
      }
      scalars.append(value)
      i += form.length
    }
    return nil
  }

  /// What may follow a lead byte: the second byte's range is what rules out the ill-formed sequences.
  private struct Form {
    let length: Int
    let leadMask: UInt32
    let secondLow: UInt8
    let secondHigh: UInt8

    init?(lead: UInt8) {
      switch lead {
      case 0xC2...0xDF: self.init(2, 0x1F)
      case 0xE0: self.init(3, 0x0F, low: 0xA0)
      case 0xED: self.init(3, 0x0F, high: 0x9F)
      case 0xE1...0xEF: self.init(3, 0x0F)
      case 0xF0: self.init(4, 0x07, low: 0x90)
      case 0xF4: self.init(4, 0x07, high: 0x8F)
      case 0xF1...0xF3: self.init(4, 0x07)
      default: return nil
      }
    }

    private init(_ length: Int, _ leadMask: UInt32, low: UInt8 = 0x80, high: UInt8 = 0xBF) {
      self.length = length
      self.leadMask = leadMask
      secondLow = low
      secondHigh = high
    }
  }
}
