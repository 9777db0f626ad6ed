import SluiceCore

/// Made-up sub-titles of an electronic program guide, German and English, labeled by what they say: data
/// to try a classifier on without any file.
///
/// | label | for example |
/// | --- | --- |
/// | `date` | “Sendung vom 12. März”, “Edition of Tuesday” |
/// | `episode-number` | “Folge 12”, “The Quiet Harbour (12)” |
/// | `episode-season` | “S02E05”, “Staffel 2, Folge 5” |
/// | `live` | “Live aus Kiel”, “Quarter-final - live” |
/// | `news` | “Nachrichten und Wetter”, “Headlines at 18:00” |
/// | `part` | “Teil 2 von 4”, “The Quiet Harbour (2/3)” |
/// | `people` | “Mit Anna Lindhorst”, “Directed by Tom Hallow” |
/// | `repeat` | “Wiederholung vom Vortag”, “repeat from Monday” |
/// | `title` | “Der stille Hafen”, “Live and Learn”, “1984”, “Part of the Night” |
/// | `year` | “Drama, USA 1994”, “Documentary 2011” |
///
/// **Balance.** Of every twelve examples in a row, from the first, three are titles and one has each other
/// label; the majority is a quarter. **Languages.** Half and half, by chance. **Difficulty.** About two
/// titles in five look like another label, and about one text in ten has capitals, a lost umlaut or a slip;
/// the label can be told from the text alone.
///
/// Example i is a pure function of the seed and i: more examples begin with the same ones.
public struct ProgramGuide: Sendable {
  /// The names of the labels, in the order of their ids.
  public static let labelNames = GuideLabel.allCases.map(\.rawValue).sorted()

  /// What all examples are made from.
  public let seed: UInt64

  /// The guide of `seed`.
  public init(seed: UInt64) { self.seed = seed }

  /// Example `index`.
  ///
  /// - Precondition: `index` is not negative.
  public func example(_ index: Int) -> (label: String, text: String) {
    require(index >= 0, "Examples are numbered from 0.")
    let label = label(index)
    return (label.rawValue, text(label, index))
  }

  /// The first `count` examples, with all label names whether they occur or not.
  ///
  /// - Precondition: `count` is not negative.
  public func texts(_ count: Int) -> LabeledTexts {
    let ids = Dictionary(uniqueKeysWithValues: ProgramGuide.labelNames.enumerated().map { ($1, Int32($0)) })
    var scalars = RaggedIndices()
    var labels: [Int32] = []
    for index in 0..<count {
      let example = example(index)
      scalars.append(example.text.unicodeScalars.map { Int32($0.value) })
      labels.append(ids[example.label] ?? 0)
    }
    return LabeledTexts(labelNames: ProgramGuide.labelNames, labels: labels, scalars: scalars)
  }

  /// The labels of twelve examples, before they are put in a random order.
  private static let round = GuideLabel.allCases + [.title, .title]

  private func label(_ index: Int) -> GuideLabel {
    let size = ProgramGuide.round.count
    var order = (0..<Int32(size)).map { $0 }
    var random = RandomStream(seed: seed, purpose: .guideOrder, index: index / size)
    random.shuffle(&order)
    return ProgramGuide.round[Int(order[index % size])]
  }

  private func text(_ label: GuideLabel, _ index: Int) -> String {
    var random = RandomStream(seed: seed, purpose: .guideExample, index: index)
    let lexicon = random.chance(50) ? GuideLexicon.german : GuideLexicon.english
    var writer = GuideWriter(lexicon: lexicon, random: random)
    let text = writer.text(label)
    return GuideNoise.apply(text, &writer.random)
  }
}
