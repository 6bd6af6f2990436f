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
    /// Height, width and channels of the images that the network sees; others are brought to it.
    var shape: [Int]?
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
    switch try trained.preprocessing.listContent {
    case .columns(let names): input = Input(kind: "rows", columns: names)
    case .levels(let shape, _): input = Input(kind: "images", shape: shape.extents)
    }
  }
}
