import Datasets
import Engine

/// What a training takes in memory for each row of its data, wherever these lie.
struct MemoryNeed {
  /// Bytes of the program, the network and what a step takes.
  private static let program = 72 << 20
  /// Of each row that is learned from: its number in its part, the order of an epoch, and once more while that is
  /// dealt out.
  private static let ofTraining = 12
  /// Of each row that is scored, beside those of each class: its number, target, answer, loss, and what its
  /// interval needs.
  private static let ofScored = 120
  /// Of each class of each such row: its probability, and the order of the rows by it.
  private static let ofClass = 40

  /// In bytes: of the rows, beside what is held of the files, which is as large as memory allows.
  private let ofRows: Int
  private let scored: Int

  init(_ split: Split, _ preprocessing: Preprocessing, weights: Int) {
    scored = max(split[.validation].count, split[.test].count)
    let perScored = Self.ofScored + Self.ofClass * max(1, preprocessing.classes.count)
    ofRows =
      Self.program + split[.train].count * (Self.ofTraining + 4 * weights)
      + 4 * (split[.validation].count + split[.test].count) + scored * perScored
  }

  /// - Throws: `Problem` where it is more than there may be.
  func check(_ folder: StoreFolder) throws {
    guard ofRows + Self.sharesHeld * folder.share > folder.memory else { return }
    // Shares grow with the memory that is given.
    let shares = StoreFolder.shares
    let least = ofRows / (shares - Self.sharesHeld) * shares
    throw Problem.data(
      "memory",
      expected: "\(least >> 20 + 1) MiB, which these rows take beside what lies on disk",
      found: "\(folder.memory >> 20) MiB",
      fix: scored > Self.mostScored
        ? "give more, or keep fewer of them back for `validation` and `test`: \(scored) rows are scored"
        : "give more")
  }

  /// Two lots of an epoch.
  private static let sharesHeld = 2

  /// Scores of more rows say hardly more.
  private static let mostScored = 100_000
}
