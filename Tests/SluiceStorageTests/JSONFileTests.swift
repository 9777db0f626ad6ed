import Testing

@testable import SluiceStorage

@Suite("Values kept as JSON files")
struct JSONFileTests {
  struct Description: Codable, Equatable {
    var name: String
    var layers: [Layer]
    var rate: Double?
    var cell: Cell?
    var isOn: Bool?
    var small: Int8?
    var texts: [String]?
    enum Cell: String, Codable { case gru, lstm }
    struct Layer: Codable, Equatable { var units: Int }
  }

  private let example = Description(name: "a/b", layers: [.init(units: 3), .init(units: 4)], rate: 0.1)

  @Test("A value is written for people, keys sorted, and read back")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    try JSONFile.write(example, to: folder.file("run.json"))
    let text = try folder.text(of: "run.json")
    #expect(text.hasPrefix("{\n  \"layers\" : ["))
    #expect(text.contains("\"name\" : \"a/b\",\n  \"rate\" : 0.1\n}\n"))
    #expect(try JSONFile.read(Description.self, from: folder.file("run.json")) == example)
    #expect(try folder.names == ["run.json"])
  }

  struct Numbers: Codable, Equatable {
    var counts: [UInt64]
    var small: [Float]
    var exact: [Double]
    var byName: [String: Int?]
    var byNumber: [Int: Bool]
    var choice: Choice
    var nothing: Nothing
    enum Choice: Codable, Equatable { case some(Int), none }
    struct Nothing: Codable, Equatable {}
  }

  @Test("Every number reads back to the bit, every kind of value as it was")
  func numbers() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("numbers")
    let value = Numbers(
      counts: [.max, .min, 1 << 53 + 1],
      small: [0.1, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.0, 3],
      exact: [0.1, .leastNonzeroMagnitude, 1e22, .greatestFiniteMagnitude, 2],
      byName: ["é": 1, "e": nil, "\u{7}\"\\": -3],
      byNumber: [-1: true], choice: .some(4), nothing: .init())
    try JSONFile.write(value, to: path)
    #expect(try JSONFile.read(Numbers.self, from: path) == value)
    #expect(try JSONFile.read(Numbers.self, from: path).small[3].sign == .minus)
    // As others write them.
    try folder.write(#"[1.0, 1e2, -0.5E1]"#, to: "whole")
    #expect(try JSONFile.read([Int].self, from: folder.file("whole")) == [1, 100, -5])
  }

  @Test("An object of many members gives each by its code points, and the last of a key coded twice")
  func manyMembers() throws {
    struct Twice: Encodable {
      enum Key: String, CodingKey { case a, b }
      func encode(to encoder: any Encoder) throws {
        for value in [1, 2] {
          var container = encoder.container(keyedBy: Key.self)
          try container.encode(value, forKey: .a)
        }
      }
    }
    let folder = try TemporaryFolder()
    let many = Dictionary(uniqueKeysWithValues: (0..<100).map { ("key \($0)", $0) })
    try JSONFile.write(many, to: folder.file("many"))
    #expect(try JSONFile.read([String: Int].self, from: folder.file("many")) == many)
    try JSONFile.write(Twice(), to: folder.file("twice"))
    #expect(try folder.text(of: "twice") == "{\n  \"a\" : 2\n}\n")
  }

  @Test("Inside a checkpoint numbers that are not finite come back, too")
  func states() throws {
    let values: [Double] = [.nan, .infinity, -.infinity, 0.1]
    let bytes = try #require(JSONFile.stateBytes(of: values))
    #expect(String(decoding: bytes, as: UTF8.self) == #"["nan","inf","-inf",0.1]"#)
    let read = try #require(JSONFile.value([Double].self, ofState: bytes))
    #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
    #expect(JSONFile.value([Int].self, ofState: bytes) == nil)
  }

  @Test("A number that JSON cannot hold is refused by its place, and nothing is written")
  func notFinite() throws {
    let folder = try TemporaryFolder()
    var value = example
    value.rate = .nan
    let error = try storageError { try JSONFile.write(value, to: folder.file("run.json")) }
    #expect(error.description.contains("expected a value for 'rate' that JSON can hold, found 'nan'"))
    #expect(try folder.names.isEmpty)
  }

  @Test(
    "What does not fit the type is refused by its place",
    arguments: [
      ("", "expected JSON: a value at byte 0, found the end of the text"),
      ("{\"name\":\"a\",\"layers\":[", "expected JSON: a value at byte 22"),
      ("{\"name\":\"a\",\"name\":\"b\",\"layers\":[]}", "every key once at byte 0, found 'name' twice"),
      ("{\"name\":\"a\"}", "expected a value for 'layers', found none"),
      (
        "{\"name\":\"a\",\"layers\":[{\"units\":1},{}]}", "expected a value for 'layers[1].units', found none"
      ),
      (
        "{\"name\":\"a\",\"layers\":[{\"units\":\"x\"}]}",
        "expected a whole number for 'layers[0].units', found the text 'x'"
      ),
      ("{\"name\":null,\"layers\":[]}", "expected a text for 'name', found null"),
      ("{\"name\":{},\"layers\":[]}", "expected a text for 'name', found named values in braces"),
      ("{\"name\":\"a\",\"layers\":{}}", "for 'layers', found named values in braces"),
      (
        "{\"name\":\"a\",\"layers\":[3]}",
        "expected named values in braces for 'layers[0]', found the number 3"
      ),
      ("{\"name\":\"a\",\"layers\":[],\"rate\":true}", "expected a number for 'rate', found true"),
      (
        "{\"name\":\"a\",\"layers\":[],\"cell\":\"x\"}",
        "expected a value that this program knows for 'cell', found the text 'x'"
      ),
      ("{\"name\":\"a\",\"layers\":[],\"isOn\":1}", "expected true or false for 'isOn', found the number 1"),
      (
        "{\"name\":\"a\",\"layers\":[],\"small\":300}",
        "expected a number of another size, or a whole one, for"
      ),
      ("{\"name\":\"a\",\"layers\":[],\"texts\":\"b\"}", "expected a list"),
      (
        "{\"name\":\"a\",\"layers\":[{\"units\":1.5}]}",
        "expected a number of another size, or a whole one, for"
      ),
      ("3", "expected named values in braces for the whole file, found the number 3"),
    ])
  func misfits(text: String, message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "run.json")
    let error = try storageError { _ = try JSONFile.read(Description.self, from: folder.file("run.json")) }
    #expect(error.path == folder.file("run.json"))
    #expect(error.description.contains(message), "\(error)")
    #expect(!error.description.contains("\n"))
    for word in [
      "Int", "String", "Dictionary", "Array", "Optional", "Bool", "Any", "Cell", "Double", "Layer",
    ] {
      #expect(!error.description.contains(word), "\(error)")
    }
  }

  @Test("A missing file and a folder are refused")
  func missing() throws {
    let folder = try TemporaryFolder()
    #expect(
      try storageError { _ = try JSONFile.read(Int.self, from: folder.file("none")) }.reason == .missing)
    #expect(try storageError { _ = try JSONFile.read(Int.self, from: folder.path) }.reason == .wrongKind)
  }

  private struct Header: Codable, Equatable {
    var job: String
    var note: String?
  }

  @Test("Of an object only the keys asked for are kept, and all of it is checked")
  func someKeys() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("some")
    func read(_ text: String) throws -> Header {
      try folder.write(Array(text.utf8), to: "some")
      return try JSONFile.read(Header.self, from: path, keys: ["job", "note"])
    }
    let rest = #""labels":["a","é","\u00e9\n",1.5e3,{"x":[null,true,false]}]"#
    #expect(try read(#" {"job" : "a\u0062", \#(rest)} "#) == Header(job: "ab"))
    #expect(try read(#"{\#(rest),"note":"n","job":"a"}"#) == Header(job: "a", note: "n"))
    for (damaged, found) in [
      (#"{"job":"a","x":[1,}"#, "'}'"), (#"{"job":"a","x":{"y":1,"y":2}}"#, "'y' twice"),
      (#"{"job":"a","job":"b"}"#, "'job' twice"), (#"{"job":"a","x":"\q"}"#, "'q'"),
      (#"{"job":"a"} x"#, "'x'"), (#"{"job":"a","x":tru}"#, "'t'"),
    ] {
      let error = try storageError { _ = try read(damaged) }
      #expect(error.reason == .damaged && error.found == found, "\(damaged): \(error)")
    }
    let missing = try storageError { _ = try read(#"{"note":"n"}"#) }
    #expect(missing.expected == "a value for 'job'")
    let nested = #"{"job":"a","x":\#(String(repeating: "[", count: 100))"#
    #expect(try storageError { _ = try read(nested) }.expected.contains("inside each other"))
  }
}
