/// A number as it is read, with three digits.
func rounded(_ x: Float) -> String {
  guard x.isFinite, x != 0 else { return "\(x)" }
  let size = abs(x)
  if size >= 1e5 || size < 1e-3 { return (x < 0 ? "-" : "") + scientific(Double(size), fractionDigits: 1) }
  var scale: Float = 1
  while size * scale < 100 { scale *= 10 }
  let shown = (x * scale).rounded() / scale
  return shown == shown.rounded() && abs(shown) < 1e6 ? "\(Int(shown))" : "\(shown)"
}

/// A share as it is read, with one digit after the point.
func percentage(_ share: Float) -> String {
  let tenths = (Double(share) * 1000).rounded()
  guard tenths.isFinite, tenths < 1e12 else { return "\(share * 100) %" }
  return "\(Int(tenths) / 10).\(Int(tenths) % 10) %"
}
