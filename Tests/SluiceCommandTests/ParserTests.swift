import Sluice
import Testing

@testable import SluiceCommand

@Suite("Understanding command lines")
struct ParserTests {
  @Test("Nothing given: the defaults")
  func defaults() throws {
    let parsed = try Example.parse(["model", "train"])
    #expect(parsed[Example.epochs] == 6)
    #expect(parsed[Example.rate] == 0.0025)
    #expect(parsed[Example.shift] == 0)
    #expect(parsed[Example.rule] == .smorms3)
    #expect(parsed[Example.out] == nil)
    #expect(parsed[Example.quiet] == false)
    #expect(parsed[Example.color] == true)
    #expect(!parsed.gives(Example.epochs))
  }

  @Test("Values of every type, apart and joined by =")
  func values() throws {
    let parsed = try Example.parse([
      "model", "train", "--epochs", "7", "--learning-rate=1e-3", "--shift", "-0.5", "--optimizer=adam",
      "--out=a=b", "--quiet", "--no-color",
    ])
    #expect(parsed[Example.epochs] == 7)
    #expect(parsed[Example.rate] == 0.001)
    #expect(parsed[Example.shift] == -0.5)
    #expect(parsed[Example.rule] == .adam)
    #expect(parsed[Example.out] == "a=b")
    #expect(parsed[Example.quiet])
    #expect(!parsed[Example.color])
    #expect(parsed.gives(Example.epochs) && parsed.gives(Example.color))
  }

  @Test(
    "Negative numbers are values, with and without =",
    arguments: [
      ("-3", -3.0), ("-.5", -0.5), ("-1e-2", -0.01), ("-0", 0),
    ])
  func negative(text: String, value: Double) throws {
    #expect(try Example.parse(["model", "train", "--shift", text])[Example.shift] == value)
    #expect(try Example.parse(["model", "train", "--shift=\(text)"])[Example.shift] == value)
  }

  @Test("The last of two counts")
  func twice() throws {
    let parsed = try Example.parse(["model", "train", "--epochs", "7", "--no-color", "--epochs=8", "--color"])
    #expect(parsed[Example.epochs] == 8)
    #expect(parsed[Example.color])
  }

  @Test(
    "Short names, alone, together and with a value",
    arguments: [
      ["-q", "-e", "9"], ["-qe9"], ["-qe=9"], ["-qe", "9"], ["-e9", "-q"], ["-e=9", "-q"],
    ])
  func short(arguments: [String]) throws {
    let parsed = try Example.parse(["model", "train"] + arguments)
    #expect(parsed[Example.quiet])
    #expect(parsed[Example.epochs] == 9)
  }

  @Test("Values by position, options between them")
  func positional() throws {
    let parsed = try Example.parse(["classify", "runs/a", "one", "--quiet", "-", "-7"])
    #expect(parsed[Example.run] == "runs/a")
    #expect(parsed[Example.texts] == ["one", "-", "-7"])
    #expect(parsed[Example.quiet])
    #expect(try Example.parse(["classify", "r"])[Example.texts] == [])
    #expect(try Example.parse(["model", "check", "--data", "d"])[Example.size] == 3)
    #expect(try Example.parse(["model", "check", "--data", "d", "5"])[Example.size] == 5)
  }

  @Test("Behind -- everything is a value")
  func terminator() throws {
    let parsed = try Example.parse(["classify", "r", "--", "--quiet", "-h", "--", "--help"])
    #expect(parsed[Example.texts] == ["--quiet", "-h", "--", "--help"])
    #expect(!parsed[Example.quiet])
  }

  @Test("An empty text is a text, but no path")
  func empty() throws {
    #expect(try Example.parse(["classify", "r", ""])[Example.texts] == [""])
    #expect(throws: Parser.Failure.self) { try Parser.parse(["classify", ""], for: Example.root) }
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let message: String
    var testDescription: String { arguments.joined(separator: " ") }

    init(_ arguments: String, _ message: String) {
      self.arguments = arguments.split(separator: " ").map(String.init)
      self.message = message
    }
  }

  @Test(
    "Every mistake is named, with what was expected",
    arguments: [
      Mistake("modle", "unknown command 'modle'. Did you mean 'model'?"),
      Mistake("xyzzy", "unknown command 'xyzzy'"),
      Mistake("model trian", "unknown command 'trian'. Did you mean 'train'?"),
      Mistake("help modle", "unknown command 'modle'. Did you mean 'model'?"),
      Mistake("--quiet", "unknown option '--quiet'"),
      Mistake("--helpp", "unknown option '--helpp'. Did you mean '--help'?"),
      Mistake("model --versoin", "unknown option '--versoin'. Did you mean '--version'?"),
      Mistake("model --epochs 3", "unknown option '--epochs'"),
      Mistake("model train --epohcs 3", "unknown option '--epohcs'. Did you mean '--epochs'?"),
      Mistake("model train --learning=3", "unknown option '--learning'. Did you mean '--learning-rate'?"),
      Mistake("model train --quite", "unknown option '--quite'. Did you mean '--quiet'?"),
      Mistake("model train --no-colour", "unknown option '--no-colour'. Did you mean '--no-color'?"),
      Mistake("model train --no-quiet", "unknown option '--no-quiet'. Did you mean '--quiet'?"),
      Mistake("model train --foo", "unknown option '--foo'"),
      Mistake("model train --", ""),
      Mistake("model train -x", "unknown option '-x'"),
      Mistake("model train -qxe", "unknown option '-x' in '-qxe'"),
      Mistake(
        "model train --epochs", "missing value for '--epochs <n>': expected a whole number from 1 to 1000"),
      Mistake("model train -e", "missing value for '--epochs <n>': expected a whole number from 1 to 1000"),
      Mistake(
        "model train --out --quiet",
        "missing value for '--out <folder>': expected a path that is not empty. A value that begins with '-' goes as '--out=--quiet'"
      ),
      Mistake(
        "model train -e -x",
        "missing value for '--epochs <n>': expected a whole number from 1 to 1000. A value that begins with '-' goes as '-e=-x'"
      ),
      Mistake(
        "classify r -red", "unknown option '-r' in '-red'. As an argument it goes behind '--': … -- '-red'"),
      Mistake("classify r --red", "unknown option '--red'. As an argument it goes behind '--': … -- '--red'"),
      Mistake(
        "model train --epochs 0",
        "the value '0' is invalid for '--epochs <n>': expected a whole number from 1 to 1000"),
      Mistake(
        "model train --epochs=",
        "the value '' is invalid for '--epochs <n>': expected a whole number from 1 to 1000"),
      Mistake(
        "model train --epochs 99999999999999999999",
        "the value '99999999999999999999' is invalid for '--epochs <n>': expected a whole number from 1 to 1000"
      ),
      Mistake(
        "model train --epochs 2.5",
        "the value '2.5' is invalid for '--epochs <n>': expected a whole number from 1 to 1000"),
      Mistake(
        "model train --learning-rate 0",
        "the value '0' is invalid for '--learning-rate <x>': expected a number above 0.0, from 1e-45 to 3.4028235e+38"
      ),
      Mistake(
        "model train --learning-rate nan",
        "the value 'nan' is invalid for '--learning-rate <x>': expected a number above 0.0, from 1e-45 to 3.4028235e+38"
      ),
      Mistake(
        "model train --epochs -inf",
        "the value '-inf' is invalid for '--epochs <n>': expected a whole number from 1 to 1000"),
      Mistake(
        "model train --shift -nan",
        "the value '-nan' is invalid for '--shift <x>': expected a number from -1.7976931348623157e+308 to 1.7976931348623157e+308"
      ),
      Mistake(
        "model train --learning-rate 1e39",
        "the value '1e39' is invalid for '--learning-rate <x>': expected a number above 0.0, from 1e-45 to 3.4028235e+38"
      ),
      Mistake(
        "model train --learning-rate 1e-60",
        "the value '1e-60' is invalid for '--learning-rate <x>': expected a number above 0.0, from 1e-45 to 3.4028235e+38"
      ),
      Mistake(
        "model train --optimizer adma",
        "the value 'adma' is invalid for '--optimizer <name>': expected one of adam, smorms3, sgd. Did you mean 'adam'?"
      ),
      Mistake("model train --quiet=yes", "the flag '--quiet' takes no value"),
      Mistake("model train --no-color=yes", "the flag '--no-color' takes no value"),
      Mistake(
        "model train file", "unexpected argument 'file'. A value of several words goes in quotation marks"),
      Mistake(
        "model train --out \u{1B}[31m\u{202E}x y",
        "unexpected argument 'y'. A value of several words goes in quotation marks"),
      Mistake(
        "model train \u{1B}[31m\u{202E}",
        #"unexpected argument '\u{1B}[31m\u{202E}'. A value of several words goes in quotation marks"#),
      Mistake("classify", "missing argument '<run>'"),
      Mistake("model check", "missing option '--data <path>'"),
      Mistake(
        "model check --data d x",
        "the value 'x' is invalid for '<size>': expected a whole number from -9223372036854775808 to 9223372036854775807"
      ),
      Mistake(
        "model check --data d 1 2",
        "unexpected argument '2'. A value of several words goes in quotation marks"),
    ])
  func mistakes(mistake: Mistake) {
    var message = ""
    do { _ = try Parser.parse(mistake.arguments, for: Example.root) } catch {
      message = error.error.description
    }
    #expect(message == mistake.message)
  }

  @Test("Ranges allow their ends and nothing beyond")
  func ranges() {
    #expect(
      ArgumentType<Int>.integer(in: 1 ... .max).expectation == "a whole number from 1 to 9223372036854775807")
    #expect(
      ArgumentType<Int>.integer(in: .min...2).expectation == "a whole number from -9223372036854775808 to 2")
    #expect(ArgumentType<Int>.integer(in: -1...1).parse("-1") == -1)
    #expect(ArgumentType<Int>.integer(in: -1...1).parse("2") == nil)
    let closed = ArgumentType<Double>.limited(by: SettingLimit(0...1))
    #expect(closed.parse("1") == 1)
    #expect(closed.parse("1.01") == nil)
    let open = ArgumentType<Double>.limited(by: SettingLimit(0..<1))
    #expect(open.parse("0") == 0)
    #expect(open.parse("1") == nil)
    #expect(open.expectation == "a number from 0.0 to below 1.0 (at most 0.9999999999999999)")
    #expect(ArgumentType<Float>.limited(by: SettingLimit(2...)).parse("1.9") == nil)
    #expect(ArgumentType<Float>.limited(by: SettingLimit(2...)).parse("2") == 2)
    #expect(ArgumentType<String>.choice(of: ["a", "b"]).parse("c") == nil)
    #expect(ArgumentType<String>.choice(of: ["a", "b"]).parse("b") == "b")
  }

  @Test("What a message repeats is cut, whatever was given")
  func longArgument() {
    let long = String(repeating: "x", count: 100_000)
    for arguments in [
      [long], ["model", "train", long], ["model", "train", "--epochs", long],
      ["model", "train", "--" + long],
    ] {
      #expect(Example.run(arguments).error.count < 500)
    }
  }

  @Test("Help in place of a text says how to give the text; help that was asked for says no more")
  func helpAsText() {
    #expect(
      Example.run(["classify", "r", "-h"]).error
        == "note: '-h' asks for help; as a text it goes behind '--': … -- -h")
    #expect(Example.run(["classify", "r", "-h"]).status == 0)
    #expect(Example.run(["classify", "-h"]).error.isEmpty)
    #expect(Example.run(["model", "train", "--quiet", "-h"]).error.isEmpty)
  }

  @Test(
    "Distances count edits and swaps",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("kitten", "sitting", 3),
      ("ab", "ba", 1),
    ])
  func distances(a: String, b: String, distance: Int) {
    #expect(editDistance(Array(a), Array(b)) == distance)
    #expect(editDistance(Array(b), Array(a)) == distance)
  }
}
