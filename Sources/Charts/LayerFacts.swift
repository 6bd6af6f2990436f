import Engine
import Formatting
public import Networks

/// What a page says about one layer of a model.
public struct LayerFacts: Sendable, Codable, Equatable {
  /// What kind: `dense`; the type's name for a layer of the user's own.
  public var kind: String
  /// Its tensors' common beginning, such as `dense_1`; nil without tensors.
  public var name: String?
  /// Of one example, after the layer.
  public var output: [Int]
  /// How many numbers it learns or keeps.
  public var parameters: Int
  /// Settings that matter to a reader, such as `relu`.
  public var detail: String
}

extension Model {
  /// The model's layers in order, with the shapes that flow between them.
  /// - Throws: `Problem` where layers do not fit.
  public func layerFacts() throws -> [LayerFacts] {
    let graph = Graph()
    var node = try graph.input(
      LearningCycle.inputName, shape: TensorShape(checking: [1] + inputShape.extents))
    var known: Set<String> = []
    return try layers.map { layer in
      node = try layer(node)
      let new = graph.variables.filter { known.insert($0.name).inserted }
      return LayerFacts(
        kind: layer.kindName,
        name: new.first.map { LayerFacts.layer(ofTensor: $0.name) },
        output: Array(node.shape.extents.dropFirst()),
        parameters: new.reduce(0) { $0 + $1.shape.count }, detail: layer.detail)
    }
  }
}

extension LayerFacts {
  /// `dense_1` of `dense_1/kernel`.
  package static func layer(ofTensor name: String) -> String {
    name.lastIndex(of: "/").map { String(name[..<$0]) } ?? name
  }
}
