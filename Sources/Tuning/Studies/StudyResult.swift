import Networks
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

extension StudyResult {
  /// Writes the best configuration into the study's folder; nothing where no trial came to its end.
  ///
  /// - Parameter yaml: writes a configuration, with these settings also where they are as usual.
  /// - Throws: `Problem` for a file that cannot be written.
  package func writeBest(
    in folder: String, _ yaml: (RunConfiguration, Set<String>) throws -> String
  ) throws {
    guard let configuration else { return }
    try AtomicFile.write(
      Array(yaml(configuration, Set(names)).utf8), to: "\(folder)/best.yaml")
  }
}
