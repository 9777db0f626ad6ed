import Foundation
import SluiceCore
import Testing

@Suite("Memory that is refused")
struct MemoryRefusalTests {
  @Test("The program ends in the way it has chosen, else by a trap")
  func ends() async {
    await #expect(processExitsWith: .exitCode(7)) {
      MemoryRefusal.end { byteCount in exit(byteCount >= 1 << 56 ? 7 : 1) }
      _ = Arena<Float>(capacity: 1 << 54, named: "large")
    }
    await #expect(processExitsWith: .failure) { _ = Arena<Float>(capacity: 1 << 54, named: "large") }
  }
}
