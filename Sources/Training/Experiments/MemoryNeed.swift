import Datasets
import Engine

/// What a training takes in memory for each row of its data, wherever these lie.
struct MemoryNeed {
  /// Bytes of the program and of what a step takes.
  private static let program = 72 << 20
  /// Of each row that is learned from: its number in its part, the order of an epoch, and once more while that is
  /// dealt out.
  private static let ofTraining = 12
  /// Of each row that is scored, beside those of each class: its number, target, answer, loss, and what its
  /// interval needs.
  private static let ofScored = 120
  /// Of each class of each such row: its probability, and the order of the rows by it.
  private static let ofClass = 40
  /// Of each scored row that counts by a weight: that, and the parts of the jackknife.
  private static let ofWeight = 56

  /// In bytes: of the rows, beside what is held of the files, which is as large as memory allows.
  private let ofRows: Int
  private let scored: Int

  /// - Parameter parameters: how many numbers are learned, once that is known.
  init(
    _ split: Split, _ preprocessing: Preprocessing, _ configuration: RunConfiguration,
    parameters: Int = 0
  ) {
    let (train, validation, test) = (
      split[.train].count, split[.validation].count, split[.test].count
    )
    let training = configuration.training
    let isTrainScored = validation == 0 || training.trainScores == .all
    scored = max(validation, test, isTrainScored ? train : 0)
    let isWeighted = preprocessing.roles?.weight != nil
    let perScored =
      Self.ofScored + Self.ofClass * max(1, preprocessing.classes.count)
      + (isWeighted ? Self.ofWeight : 0)
    let weights = (isWeighted ? 4 : 0) + (training.classWeights == .equal ? 0 : 4)
    ofRows =
      Self.program + train * (Self.ofTraining + weights) + 4 * (validation + test)
      + scored * perScored + parameters * Self.ofParameter(parameters)
  }

  /// Of each number that is learned: it, its gradient, the optimiser's two, the best one, copies that are written;
  /// of networks whose way is drawn, its places in the epochs.
  private static func ofParameter(_ parameters: Int) -> Int {
    parameters <= WeightPathSize.mostWeights ? 32 + WeightPathSize.ofWeight : 32
  }

  /// - Throws: `Problem` where it is more than there may be.
  func check(_ memory: Int) throws {
    // Bounds below what the program itself takes are for tests.
    guard memory >= DataSettings.leastMemory,
      ofRows + Self.sharesHeld * (memory / StoreFolder.shares) > memory
    else { return }
    // Shares grow with the memory that is given.
    let shares = StoreFolder.shares
    let least = ofRows / (shares - Self.sharesHeld) * shares
    throw Problem.data(
      "memory",
      expected: "\(least >> 20 + 1) MiB, which these rows take beside what lies on disk",
      found: "\(memory >> 20) MiB",
      fix: scored > Self.mostScored
        ? "give more, or keep fewer of them back for `validation` and `test`: \(scored) rows are scored"
        : "give more")
  }

  /// Two lots of an epoch.
  private static let sharesHeld = 2

  /// Scores of more rows say hardly more.
  private static let mostScored = 100_000
}

/// What a figure of the weights' way through a training keeps of them.
package enum WeightPathSize {
  /// Larger networks are not followed, to save memory.
  package static let mostWeights = 1_000_000
  /// When there are more epochs, every second one is let go.
  package static let mostSnapshots = 33
  /// Bytes of each weight: in each snapshot, and as its distance from the first.
  static let ofWeight = mostSnapshots * (4 + 8)
}
