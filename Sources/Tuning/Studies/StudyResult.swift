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
  package let report: StudyReport
  /// The settings that were looked for.
  package let names: [String]
}
