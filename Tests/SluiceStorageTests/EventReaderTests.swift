import Foundation
import SluiceCore
import Testing

@testable import SluiceStorage

@Suite("Reading event files")
struct EventReaderTests {
  private static func scalars(_ path: String) throws -> (scalars: [EventReader.Scalar], isCutOff: Bool) {
    var reader = try EventReader(path: path)
    var all: [EventReader.Scalar] = []
    while let some = try reader.next() { all += some }
    return (all, reader.isCutOff)
  }

  @Test("What this program writes is read again, and histograms are passed over")
  func own() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/events.out.tfevents.x"
    let events = try EventFile(path: path)
    var histogram = Histogram()
    histogram.add(1)
    for step in [1, 2, 1 << 40] {
      try events.add("loss", Float(step) / 4, step: step)
      try events.add("weights", histogram, step: step)
    }
    try events.flush()
    let read = try Self.scalars(path)
    #expect(
      read.scalars.map(\.value) == [0.25, 0.5, Float(1 << 40) / 4]
        && read.scalars.allSatisfy { $0.tag == "loss" })
    #expect(read.scalars.map(\.step) == [1, 2, 1 << 40] && !read.isCutOff)
  }

  @Test("What PyTorch and TensorFlow 2 write is read: values of their own, and tensors of one number")
  func others() throws {
    let torch = try Self.scalars(try fixture("events_torch"))
    let losses = torch.scalars.filter { $0.tag == "Loss/train" }
    #expect(losses.map(\.value) == [1.5, 1, 0.5] && losses.map(\.step) == [0, 1, 2])
    #expect(
      torch.scalars.count == 4 && torch.scalars.last?.tag == "Loss/val"
        && torch.scalars.last?.value.isNaN == true)
    let tensors = try Self.scalars(try fixture("events_tensor"))
    #expect(tensors.scalars.map(\.value) == [1.5, 1, 0.5] && tensors.scalars.map(\.step) == [0, 1, 2])
    #expect(tensors.scalars.allSatisfy { $0.tag == "epoch_loss" } && !tensors.isCutOff)
  }

  @Test("A file cut anywhere, or with any byte changed, gives what comes before, and never ends the program")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/events.out.tfevents.x"
    let events = try EventFile(path: path)
    for step in 1...3 { try events.add("loss", 1, step: step) }
    try events.flush()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let other = folder.path + "/other"
    for count in 0..<bytes.count {
      try bytes.prefix(count).write(to: URL(fileURLWithPath: other))
      guard let read = try? Self.scalars(other) else { continue }
      #expect(read.scalars.count < 3)
    }
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 0x55
      try changed.write(to: URL(fileURLWithPath: other))
      guard let read = try? Self.scalars(other) else { continue }
      #expect(read.scalars.count < 3 && read.isCutOff)
    }
  }
}
