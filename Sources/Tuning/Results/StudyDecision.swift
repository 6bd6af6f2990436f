package import Training

/// Which trial won after finalists were trained with several seeds.
package struct StudyDecision: Sendable, Hashable, Codable {
  /// A trial that was trained several times.
  package struct Finalist: Sendable, Hashable, Codable {
    /// The trial's number.
    package var trial: Int
    package var settings: [String: String]
    /// The objective for each further seed, as it is printed; of trainings that came to their end.
    package var values: [Double]
    /// Without further seeds the trial's own value, which flatters who was chosen by it.
    package var mean: Double
    /// That the winner is better on other rows and with other seeds; nil for the winner itself, and where
    /// nothing says how much is chance.
    package var probability: Double?

    private enum CodingKeys: String, CodingKey { case trial, settings, values, mean, probability }

    package init(
      trial: Int, settings: [String: String], values: [Double], mean: Double, probability: Double?
    ) {
      (self.trial, self.settings, self.values) = (trial, settings, values)
      (self.mean, self.probability) = (mean, probability)
    }
  }

  /// What the test rows say of the models that a study made.
  package struct TestScores: Sendable, Hashable, Codable {
    package var winner: EnsembleReport.Scores
    package var ensemble: EnsembleReport.Scores?
  }

  /// What was decided, and how sure it is.
  package var sentence: String
  /// The trial's number.
  package var winner: Int
  /// The best first.
  package var finalists: [Finalist]
  /// The one evaluation on the test part, in a sentence; nil while it is sealed.
  package var test: String?
  /// The same evaluation as numbers, of the winner's model and, where one was asked for, the ensemble's.
  package var testScores: TestScores?
  /// What finalists were compared by, row by row; nil where seeds alone were compared.
  package var comparedBy: String?
  /// The folder of the winner's run.
  package var run: String?
  /// The file of the model that joins the best trainings; nil if none was asked for.
  package var ensemble: String?

  private enum CodingKeys: String, CodingKey {
    case sentence, winner, finalists, test, run, ensemble
    case comparedBy = "compared_by"
    case testScores = "test_scores"
  }

  package init(
    sentence: String, winner: Int, finalists: [Finalist], test: String? = nil,
    testScores: TestScores? = nil, comparedBy: String? = nil, run: String? = nil,
    ensemble: String? = nil
  ) {
    (self.sentence, self.winner) = (sentence, winner)
    (self.finalists, self.test) = (finalists, test)
    (self.testScores, self.comparedBy) = (testScores, comparedBy)
    (self.run, self.ensemble) = (run, ensemble)
  }
}
