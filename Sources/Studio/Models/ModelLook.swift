import Charts
import Datasets
import Engine
import Networks
import Training

/// What is in a file of tensors, for the page: the facts that a terminal shows, with drawings.
struct ModelLook: Encodable, Sendable {
  let headline: String
  /// What is done with the inputs; nil for no model.
  var preprocessing: String?
  /// What made it.
  var origin: String?
  var layers: [LayerFacts] = []
  var drawings: [FigureFile] = []
  /// The first of its tensors.
  let tensors: [TensorEntry]
  /// How many there are.
  let count: Int
  /// The file's own strings.
  var strings: [String: String] = [:]
  /// What was decided where the file leaves it open, in sentences.
  var notes: [String] = []
  /// Can it be tried by the form?
  var answers = false

  /// As many as anybody reads.
  private static let most = 500
  private static let longest = 2000

  private enum CodingKeys: String, CodingKey {
    case headline, preprocessing, origin, layers, drawings, tensors, strings, notes, answers
    case count = "tensor_count"
  }

  /// - Throws: `Problem` for layers that do not fit.
  init(_ file: ModelFile) throws {
    let all: [TensorEntry]
    switch file {
    case .model(let facts):
      (headline, all, answers) = (facts.headline, facts.tensors, true)
      (preprocessing, origin) = (facts.trained.preprocessing.summary, facts.origin)
      layers = try facts.trained.model.layerFacts()
      let diagram = try NetworkDiagram(
        facts.trained.model, outputName: facts.trained.preprocessing.targetName)
      drawings = [FigureFile(diagram.figure, caption: diagram.caption)]
    case .checkpoint(let facts):
      (headline, all, origin) = (facts.headline, facts.tensors, facts.planText)
    case .tensors(let facts):
      (headline, all) = (facts.headline, facts.tensors)
      strings = facts.metadata.mapValues { String($0.prefix(Self.longest)) }
    }
    let weights = file.weights
    if !weights.isEmpty { drawings.append(FigureFile(WeightHistograms(weights).figure)) }
    (tensors, count) = (Array(all.prefix(Self.most)), all.count)
  }
}
