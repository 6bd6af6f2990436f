import Datasets
import Engine
import Networks
import Training

/// What `/model` says of the model that answers.
struct ModelDescription: Codable, Sendable {
  /// What a request has to hold.
  struct Input: Codable, Sendable {
    /// `rows` or `images`.
    var kind: String
    /// The columns of a row, in their order.
    var columns: [String]?
    /// What each column holds; of images, the columns beside them.
    var fields: [InputField]
    /// Height, width and channels of the images that the network sees; others are brought to it.
    var shape: [Int]?
    /// The mean brightness of the training images, from 0 for black to 1 for white.
    var brightness: Double?
  }

  var model: ServedModel.Identity
  var task: LearningTask
  var input: Input
  /// What is answered.
  var target: String
  var classes: [String]?
  var parameters: Int

  init(_ served: ServedModel) throws {
    let trained = served.trained
    model = served.identity
    task = trained.task
    target = trained.preprocessing.targetName
    classes = trained.labels.isEmpty ? nil : trained.labels
    parameters = trained.model.parameterCount
    let fields = InputField.all(trained.preprocessing, trained.dataSummary)
    switch try trained.preprocessing.listContent {
    case .columns(let names): input = Input(kind: "rows", columns: names, fields: fields)
    case .levels(let shape, _):
      input = Input(
        kind: "images", fields: fields, shape: shape.extents,
        brightness: trained.dataSummary?.images?.brightness.mean)
    }
  }
}
