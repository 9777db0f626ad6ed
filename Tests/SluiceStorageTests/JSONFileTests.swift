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
