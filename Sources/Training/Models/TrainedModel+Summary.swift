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
    case .numbers:
      let name = preprocessing.targetNames[0]
      summary.predictions = ColumnSummary(
        name, numbers: answers.compactMap { $0.value ?? $0.values?[name] })
    case .labels(let labels, _):
      summary.predictions = ColumnSummary(
        labels[0], categories: ["no", "yes"],
        answers.map { $0.labels?.contains(labels[0]) == true ? 1 : 0 })
    case .classes(let labels), .ordered(let labels):
      let probabilities = answers.flatMap { $0.steps ?? [$0] }.compactMap(\.probabilities)
      summary.predictions = ColumnSummary(
        preprocessing.targetName, categories: labels, probabilities.map(\.best))
      summary.confidence = NumberSummary(probabilities.map { Double($0.values[$0.best]) })
    }
    dataSummary = summary
  }
}
