/// Which trial won after finalists were trained with several seeds.
package struct StudyDecision: Sendable, Hashable, Codable {
  /// A trial that was trained several times.
  package struct Finalist: Sendable, Hashable, Codable {
    /// The trial's number.
    package var trial: Int
    package var settings: [String: String]
    /// The objective for each seed, as it is printed.
    package var values: [Double]
    package var mean: Double
    /// The probability that the winner is better; nil for the winner itself.
    package var probability: Double?

    private enum CodingKeys: String, CodingKey { case trial, settings, values, mean, probability }

    package init(
      trial: Int, settings: [String: String], values: [Double], mean: Double, probability: Double?
    ) {
      (self.trial, self.settings, self.values) = (trial, settings, values)
      (self.mean, self.probability) = (mean, probability)
    }
  }

  /// What was decided, and how sure it is.
  package var sentence: String
  /// The trial's number.
  package var winner: Int
  /// The best first.
  package var finalists: [Finalist]
  /// The one evaluation on the test part, in a sentence; nil while it is sealed.
  package var test: String?

  private enum CodingKeys: String, CodingKey { case sentence, winner, finalists, test }

  package init(sentence: String, winner: Int, finalists: [Finalist], test: String? = nil) {
    (self.sentence, self.winner) = (sentence, winner)
    (self.finalists, self.test) = (finalists, test)
  }
}
