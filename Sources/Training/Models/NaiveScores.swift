import Formatting

/// How good a forecast is that needs no learning.
package struct NaiveScores: Codable, Sendable {
  /// What is forecast: `the last value`.
  package var name: String
  /// On the rows that the model is scored on.
  package var scores: RegressionReport

  /// For one step its scores, for several their mean.
  package var sentence: String {
    let mean = scores.outputs.count == 1 ? scores.outputs[0] : scores.average
    return name.prefix(1).uppercased() + name.dropFirst()
      + " alone has RMSE \(mean.rmse.significantDigits), MAE \(mean.mae.significantDigits), R² "
      + mean.r2.significantDigits
      + (scores.outputs.count == 1 ? "." : ", the means over \(scores.outputs.count) steps.")
  }
}
