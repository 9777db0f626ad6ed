import Sluice
import SluiceHeader

/// Why a call fails: the status that it returns, and the line that `sluice_message` tells.
struct Failure: Error {
  let status: sluice_status
  let text: String

  init(_ status: sluice_status, _ text: String) {
    self.status = status
    self.text = text
  }

  static func null(_ name: String) -> Failure {
    Failure(SLUICE_ARGUMENT, "expected a pointer for '\(name)', found null")
  }
}

/// Runs the body of a call: what it throws becomes its status.
func answering(_ body: () throws -> Void) -> sluice_status {
  do {
    try body()
    return SLUICE_OK
  } catch let failure as Failure {
    unsafe sluice_note(failure.text)
    return failure.status
  } catch {
    unsafe sluice_note("\(error)")
    return SLUICE_FILE
  }
}

/// The model that is open under a number.
func open(_ handle: sluice_model) throws(Failure) -> OpenModel {
  guard let model = Handles.all.withLock({ $0.find(handle) }) else {
    throw Failure(
      SLUICE_HANDLE, "expected an open model, found \(handle), under which none is open (any more)")
  }
  return model
}

/// Where the caller wants a result.
func place<Value>(_ pointer: UnsafeMutablePointer<Value>?, _ name: String) throws(Failure)
  -> UnsafeMutablePointer<Value>
{
  guard let pointer = unsafe pointer else { throw .null(name) }
  return unsafe pointer
}

/// A text of the caller.
///
/// - Parameter length: its bytes; -1, which is `SLUICE_WHOLE`, where a zero byte ends it.
func text(_ pointer: UnsafePointer<CChar>?, _ length: Int, _ name: String) throws(Failure) -> String {
  guard let pointer = unsafe pointer else {
    guard length == 0 else { throw .null(name) }
    return ""
  }
  guard length >= -1 else {
    throw Failure(SLUICE_ARGUMENT, "expected a length of '\(name)' of at most \(Int.max), found a larger one")
  }
  let text =
    if length == -1 {
      unsafe String(validatingCString: pointer)
    } else {
      unsafe pointer.withMemoryRebound(to: UInt8.self, capacity: length) {
        unsafe String(validating: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
      }
    }
  guard let text else { throw Failure(SLUICE_TEXT, "expected '\(name)' in UTF-8, found other bytes") }
  return text
}

/// Texts of the caller, each of at most `limit` characters.
func texts(
  _ pointers: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int>?, _ count: Int,
  _ name: String,
  limit: Int
) throws(Failure) -> [String] {
  guard count >= 0 else {
    throw Failure(SLUICE_ARGUMENT, "expected a count of '\(name)' that fits, found a larger one")
  }
  guard count > 0 else { return [] }
  guard let pointers = unsafe pointers else { throw .null(name) }
  var result: [String] = []
  result.reserveCapacity(count)
  for i in 0..<count {
    let length = unsafe lengths.map { unsafe $0[i] } ?? -1
    result.append(try unsafe limited(text(pointers[i], length, "\(name)[\(i)]"), limit, "\(name)[\(i)]"))
  }
  return result
}

/// A text of at most so many characters as a line of the training might have had.
func limited(_ text: String, _ limit: Int, _ name: String) throws(Failure) -> String {
  // A character takes at least a byte, so most texts need not be counted.
  guard text.utf8.count > limit else { return text }
  let count = text.unicodeScalars.count
  guard count <= limit else {
    throw Failure(
      SLUICE_TEXT, "expected at most \(limit) characters in '\(name)', as in training, found \(count)")
  }
  return text
}
