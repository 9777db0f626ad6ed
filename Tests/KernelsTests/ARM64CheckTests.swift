import Foundation
import KernelInterface
import SluiceCore
import Testing

@Suite("The check of the kernels for arm64")
struct ARM64CheckTests {
  /// The names of the function values below a table, with the fields on the way.
  private func kernels(_ value: Any, _ path: String = "") -> [String] {
    let mirror = Mirror(reflecting: value)
    guard mirror.displayStyle == .struct, !(value is Int) else {
      return value is Int || value is InstructionSet ? [] : [path]
    }
    return mirror.children.flatMap { child in
      kernels(child.value, path.isEmpty ? child.label! : "\(path).\(child.label!)")
    }
  }

  @Test("Every kernel of the table has a check, and every check a kernel")
  func completeness() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.appendingPathComponent(".ci/arm64-harness")
    var checked: [String] = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where file.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      checked += text.matches(of: /Check\("([A-Za-z0-9.]+)"\)/).map { String($0.1) }
    }
    let table = try #require(KernelTable.available.first)
    #expect(kernels(table).count > 50)
    #expect(checked.sorted() == kernels(table).sorted())
  }
}
