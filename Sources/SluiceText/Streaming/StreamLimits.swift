/// How much of labeled texts that stay in their file is held, and how they are read.
package struct StreamLimits: Sendable {
  /// The most texts that are held to validate on, and about the most characters of them; of each label at least one is held.
  package var validationTexts = 20_000
  package var validationCharacters = 1 << 22
  /// The most texts to train on that are held beside, and about the most characters of them.
  package var sampleTexts = 1 << 16
  package var sampleCharacters = 600_000
  /// About the bytes of a block, and the most blocks: of a file that has more, blocks grow.
  package var blockSize = 1 << 15
  package var blockCount = 1 << 20
  /// About the bytes of the texts of a window, and the least blocks it has.
  package var windowSize = 1 << 22
  package var windowBlocks = 8

  /// The usual limits.
  package init() {}
}
