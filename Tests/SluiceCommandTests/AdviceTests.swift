import Sluice
import Testing

@testable import SluiceCommand

@Suite("Advice that can be followed")
struct AdviceTests {
  @Test(
    "A schedule that cannot be has its own reason",
    arguments: [
      ("step:3:1.5", "a FACTOR above 0 and at most 1 in step:EVERY[:FACTOR]"),
      ("exponential:0", "a FACTOR above 0 and at most 1 in exponential:FACTOR"),
      ("plateau:nan", "a FACTOR above 0 and at most 1 in plateau[:FACTOR[:PATIENCE]]"),
      (
        "plateau:0.5:-1",
        "PATIENCE to be a whole number from 0 to 9223372036854775807 in plateau[:FACTOR[:PATIENCE]]"
      ),
      ("step:0", "EVERY to be a whole number from 1 to 9223372036854775807 in step:EVERY[:FACTOR]"),
      ("linear:1e3", "STEPS to be a whole number from 1 to 9223372036854775807 in linear[:STEPS]"),
      ("constant:1", "the form constant"), ("exponential", "the form exponential:FACTOR"),
      ("cosin", "one of \(ScheduleSetting.forms), with \(ScheduleSetting.ranges)"),
    ])
  func schedules(text: String, expectation: String) {
    #expect(ScheduleSetting.problem(text) == expectation)
    #expect(ArgumentType<ScheduleSetting>.schedule.explain(text) == expectation)
  }

  @Test("Every option with bounds says them", arguments: [sluice.root])
  func bounds(root: Command) {
    func check(_ command: Command) {
      for parameter in command.parameters where ["n", "x", "factor"].contains(parameter.placeholder) {
        #expect(
          parameter.expectation.contains(" from ") && parameter.expectation.contains(" to "),
          "\(parameter.name)")
      }
      for subcommand in command.subcommands { check(subcommand) }
    }
    check(root)
  }

  @Test("An argument that is no UTF-8: a text is converted, a file renamed")
  func encoding() {
    let path = sluice.complaint(aboutArgument: 3, of: ["train", "classifier", "--data", "\u{FFFD}"])
    #expect(path.contains("argument 4, the value of '--data <path>'. Rename the file"))
    let text = sluice.complaint(aboutArgument: 2, of: ["sample", "r", "--prompt=\u{FFFD}"])
    #expect(
      text.contains("argument 3, the value of '--prompt <text>'. Give the text in UTF-8")
        && !text.contains("ename"))
    let either = sluice.complaint(aboutArgument: 2, of: ["classify", "r", "\u{FFFD}"])
    #expect(either.contains("If it names a file: Rename") && either.contains("If it is a text: Give"))
  }

  @Test(
    "Where memory does not suffice only options of the command are named",
    arguments: [
      ["train", "classifier"], ["train", "language-model"], ["train", "stems"], ["check", "classifier"],
      ["classify", "r"], ["sample", "r"], ["inspect", "f"],
    ])
  func memory(arguments: [String]) {
    var command = sluice.root
    for name in arguments { command = command.subcommands.first { $0.name == name } ?? command }
    let advice = sluice.memoryAdvice(arguments)
    let named = advice.split { !$0.isLetter && $0 != "-" }.filter { $0.hasPrefix("--") }.map {
      String($0.dropFirst(2))
    }
    #expect(Set(named).isSubset(of: Set(command.parameters.map(\.name))))
    #expect(advice.contains("ulimit -v"))
    #expect(
      named.isEmpty
        == (command.name != "classifier" && command.name != "language-model" && command.name != "stems"))
  }
}
