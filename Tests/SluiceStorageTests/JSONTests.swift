import Testing

@testable import SluiceStorage

@Suite("JSON")
struct JSONTests {
  @Test("Values of every kind are read")
  func values() throws {
    let text = #" { "a" : [ null , true , false , -1 , 2.5e1 , "x" ] , "b" : { } , "c" : [ ] } "#
    let object = try #require(try JSONValue(parsing: text).object)
    #expect(object.members.map(\.key) == ["a", "b", "c"])
    #expect(
      object["a"]?.array == [.null, .bool(true), .bool(false), .integer(-1), .number(25), .string("x")])
    #expect(object["b"]?.object?.members.isEmpty == true)
    #expect(object["c"]?.array == [])
    #expect(object["d"] == nil)
    #expect(try JSONValue(parsing: "9223372036854775807").integer == .max)
    #expect(try JSONValue(parsing: "9223372036854775808").double == 0x1p63)
    #expect(try JSONValue(parsing: "-0").double?.sign == .minus)
  }

  @Test(
    "Escapes become their characters",
    arguments: [
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\uD83D\uDE00x""#, "é😀x"), ("\"ü重\"", "ü重"),
      (#""\u0000""#, "\0"),
    ])
  func escapes(text: String, expected: String) throws {
    #expect(try JSONValue(parsing: text).string == expected)
  }

  @Test(
    "Everything that is not JSON is refused",
    arguments: [
      "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\" 1}", "[1 2]", "1 2", "01", "-",
      "+1", ".5",
      "1.", "1e", "1e+", "0x1", "nan", "NaN", "Infinity", "tru", "nul", "True", "\"", "\"\\\"", "\"\\x\"",
      "\"\\u12\"",
      "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"a\nb\"", "{\"a\":1,\"a\":2}",
      "1e999", "// 1",
      "[", "[[", "\u{FEFF}1",
    ])
  func damaged(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test(
    "Bytes that are not UTF-8 are refused",
    arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]])
  func encoding(bytes: [UInt8]) {
    let quote = [UInt8(ascii: "\"")]
    #expect(throws: JSONError.self) { try JSONValue(parsing: quote + bytes + quote) }
  }

  @Test("Deep nesting is refused and does not exhaust the stack")
  func depth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONValue(parsing: nested(64))
    #expect(throws: JSONError.self) { try JSONValue(parsing: nested(65)) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: nested(1_000_000)) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 100_000)) }
  }

  @Test("An error says where")
  func place() {
    #expect(throws: JSONError(offset: 6, expected: "a value", found: "'x'")) {
      try JSONValue(parsing: #"{"a": x}"#)
    }
  }

  @Test(
    "A written string is read back", arguments: ["", "a\"b\\c/", "\u{0}\u{1F}\u{7F}\n\t\r", "é重😀\u{2028}"])
  func strings(text: String) throws {
    var bytes: [UInt8] = []
    appendJSONString(text, to: &bytes)
    #expect(!bytes.contains { $0 < 0x20 })
    #expect(try JSONValue(parsing: bytes).string == text)
  }

  @Test("Whole numbers are written", arguments: [0, 7, -7, 10, 123_456_789, .max, .min])
  func integers(value: Int) {
    var bytes = Array("x".utf8)
    appendInteger(value, to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "x\(value)")
  }
}
