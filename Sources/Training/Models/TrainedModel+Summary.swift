import Datasets
import Engine
import Networks

extension TrainedModel {
  /// Adds to the data summary what the model answers for the rows that were looked at.
  ///
  /// - Parameter data: the training part that the summary is of.
  /// - Throws: `Problem` if the data do not fit the model.
  mutating func summarisePredictions(on data: Dataset, threads: Int) throws {
    guard var summary = dataSummary else { return }
    let seen = try data.subset(DataSummary.places(data, preprocessing))
    let answers = try predict(seen.inputs, threads: threads)
    switch preprocessing.target {
    case .number:
      summary.predictions = ColumnSummary(
        preprocessing.targetName, numbers: answers.compactMap(\.value))
    case .classes(let labels):
      let probabilities = answers.compactMap(\.probabilities)
      summary.predictions = ColumnSummary(
        preprocessing.targetName, categories: labels, probabilities.map(\.best))
      summary.confidence = NumberSummary(probabilities.map { Double($0.values[$0.best]) })
    }
    dataSummary = summary
  }
}
