public import Training

/// What came out of a study.
public struct StudyResult: Sendable {
  /// What was found, or how far it has come.
  public let sentence: String
  /// The best configuration, which trains the same model again; nil if no trial came to its end.
  public let configuration: RunConfiguration?
  /// The folder of the winner's run, with its model and its report; nil without one.
  public let run: String?
  /// Whether it was asked to stop before its end.
  public let isInterrupted: Bool
  package let record: StudyRecord
  package let decision: StudyDecision?
}

/// The winner and whom it was compared with.
package struct StudyDecision: Sendable, Hashable, Codable {
  /// A configuration that was trained again with other seeds.
  package struct Finalist: Sendable, Hashable, Codable {
    package var trial: Int
    package var settings: [String: String]
    /// The objective by each of the further seeds, as it is printed; nil for a training that failed.
    package var values: [Double?]
    /// Of those that did not fail; without further seeds the trial's own.
    package var mean: Double?
    /// How probable it is that the winner is better on other rows and with other seeds; nil for the winner,
    /// and where nothing says how much is chance.
    package var probabilityWinnerIsBetter: Double?

    private enum CodingKeys: String, CodingKey {
      case trial, settings, values, mean
      case probabilityWinnerIsBetter = "probability_winner_is_better"
    }
  }

  package var sentence: String
  /// The number of its trial.
  package var winner: Int
  /// The winner first, then by their means.
  package var finalists: [Finalist]
  /// By what rows were compared, such as `loss`; nil where only seeds were.
  package var comparedBy: String?
  /// The scores of the rows that were kept back, read once; nil if there are none.
  package var test: String?
  /// The folder of the winner's run.
  package var run: String

  private enum CodingKeys: String, CodingKey {
    case sentence, winner, finalists, test, run
    case comparedBy = "compared_by"
  }
}
