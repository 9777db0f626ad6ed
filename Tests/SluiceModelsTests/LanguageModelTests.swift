import Sluice
import Testing

@Suite("The language model")
struct LanguageModelTests {
  @Test("The small models have as many parameters as those of the paper")
  func parameterCounts() throws {
    func count(_ configuration: LanguageModelConfiguration) throws -> Int {
      var parameters = Parameters(seed: 1)
      _ = try LanguageModel(
        characters: 51, vocabulary: 10_000, configuration.settings.model, in: &parameters)
      return parameters.elementCount
    }
    #expect(try count(.charSmall) == 5_312_515)
    #expect(try count(.wordSmall) == 4_653_200)
  }

  @Test("All parameters begin within the range, but for the gate's bias two below")
  func initialValues() throws {
    var parameters = Parameters(seed: 1)
    _ = try LanguageModel(
      characters: 20, vocabulary: 30, LanguageModelConfiguration.tiny.settings.model, in: &parameters)
    for handle in parameters.handles {
      let name = parameters[handle].name
      let offset: Float = name == "highway_0.gate.bias" ? -2 : 0
      let values = parameters.values(of: handle).array
      #expect(values.allSatisfy { abs($0 - offset) <= 0.0501 } && Set(values).count > 1, "\(name)")
    }
  }

  @Test("The words before a window do not change what a transformer predicts in it, later ones neither")
  func windows() throws {
    var settings = LanguageModelConfiguration.tiny.settings.model
    (settings.steps, settings.units, settings.layers, settings.initialRange) = (9, 32, 2, 0.1)
    settings.body = .transformer
    var parameters = Parameters(seed: 1)
    let model = try LanguageModel(characters: 9, vocabulary: 20, settings, in: &parameters)
    var state = model.body.zeroState(sequences: 2)
    #expect(state == nil && model.body.window == 9)
    var tape = Tape(for: parameters, capacity: 1 << 20)
    tape.mode = .evaluation
    func states(_ first: Float, _ last: Float) -> [Float] {
      tape.reset()
      var values = (0..<2 * 9 * model.width).map { Float($0 % 11) / 11 }
      for i in 0..<9 * model.width { values[i] = first }
      for i in 17 * model.width..<18 * model.width { values[i] = last }
      let x = tape.input(values, Shape(18, model.width))
      let sequences = tape.makeSequences(offsets: [0, 9, 18])
      return tape.array(model.body(x, sequences, from: state, to: &state, &tape))
    }
    let (one, other) = (states(0, 0), states(0.7, 1))
    #expect(one[..<(9 * 32)] != other[..<(9 * 32)] && one[(17 * 32)...] != other[(17 * 32)...])
    #expect(one[9 * 32..<17 * 32] == other[9 * 32..<17 * 32])
  }

  @Test("The parameters of a tied model lack one table of words")
  func tiedParameters() throws {
    func count(_ change: (inout LanguageModelSettings) -> Void) throws -> Int {
      var settings = LanguageModelConfiguration.wordSmall.settings.model
      change(&settings)
      var parameters = Parameters(seed: 1)
      _ = try LanguageModel(characters: 1, vocabulary: 10_000, settings, in: &parameters)
      return parameters.elementCount
    }
    #expect(try count { _ in } - count { $0.tiesWeights = true } == 200 * 10_000)
    #expect(throws: ModelError.self) {
      try count {
        $0.tiesWeights = true
        $0.units = 300
      }
    }
    #expect(throws: ModelError.self) { try count { $0.adaptiveCutoffs = [2_000, 10_000] } }
  }
}
