import SluiceCore
import Testing

@Suite("Figures as people read them")
struct FigureTextTests {
  @Test(
    "A number has as many decimals as asked for, rounded to the nearest",
    arguments: [
      (0.0, 2, "0.00"), (0.005, 2, "0.01"), (-0.5, 1, "-0.5"), (-0.04, 1, "0.0"), (12.345, 0, "12"),
      (99.96, 1, "100.0"), (1234.5, 3, "1234.500"), (.infinity, 2, "inf"),
    ])
  func decimals(value: Double, digits: Int, expected: String) {
    #expect(fixed(value, digits) == expected)
  }
}
