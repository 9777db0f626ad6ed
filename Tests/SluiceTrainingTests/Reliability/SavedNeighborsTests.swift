import Sluice
import Testing

@testable import SluiceTraining

@Suite("A classifier trained with a second loss")
struct SavedNeighborsTests {
  @Test("It can be used, though the run has saved the second loss's temperature beside it")
  func used() throws {
    let folder = try RunFolder()
    let small = try SmallJobs.classifier(epochs: 1)
    var settings = small.settings
    settings.softNearestNeighbor = 0.1
    try Training(small.with(settings), in: folder.file("run")).run()
    var classifier = try SavedClassifier(run: folder.file("run"))
    #expect(classifier.label("Teil 2 von 4").probability > 0)
  }
}
