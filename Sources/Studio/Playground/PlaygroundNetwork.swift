import Charts
import Datasets
import Engine
import Networks
package import Training

/// A playground's network, for a page to draw: what its numbers are called, and where they stand.
package struct PlaygroundNetwork: Encodable, Sendable {
  /// A column of the drawing.
  package struct Layer: Encodable, Sendable {
    /// `dense`.
    package var kind: String
    /// As readers know it: `dense_1`.
    package var name: String
    /// Settings that matter to a reader, such as `relu`.
    package var detail: String
    /// Of what it hands on of one example.
    package var shape: [Int]
    /// How many steps a recurrence goes through that hands on its last state alone; nil for other layers.
    package var steps: Int?
    /// How many of its units have a picture in a frame: all of few, the first ones of many maps, else none.
    package var pictures: Int
    /// Its numbers.
    package var parameters: [Parameter]
    /// The parameter whose number at [i, j] leads from number i of the layer before to unit j; nil where
    /// the layer is no weighted sum.
    package var kernel: String?
    /// The parameter whose number at [j] is added to unit j; nil for none.
    package var bias: String?
  }

  /// A tensor that is learned or kept.
  package struct Parameter: Encodable, Sendable {
    /// `dense_1/kernel`.
    package var name: String
    package var shape: [Int]
    /// Is it learned? Others are kept, such as the mean of batches.
    package var isLearned: Bool

    private enum CodingKeys: String, CodingKey {
      case name, shape
      case isLearned = "is_learned"
    }
  }

  /// The names of the inputs, as they are after preprocessing; none for those that have only a place.
  package var inputs: [String]
  /// Of one example as it is drawn: a picture's height, width and channels, or a series' steps and channels.
  package var inputShape: [Int]
  /// For each pixel and channel the input that it is, counted from 0, where a picture's inputs are columns,
  /// nil for a column that is left out; nil for other inputs.
  package var pixels: [Int?]?
  /// Why there is no plane; nil where there is one.
  package var noPlane: String?
  /// In the order of the forward pass.
  package var layers: [Layer]
  /// The layers as the setting `network` gives them one by one.
  package var architecture: LocatedValue
  /// How many numbers it has in all.
  package var parameterCount: Int
  /// What training makes small.
  package var loss: String

  private enum CodingKeys: String, CodingKey {
    case inputs, layers, loss, architecture, pixels
    case inputShape = "input_shape"
    case noPlane = "no_plane"
    case parameterCount = "parameter_count"
  }
}

extension Playground {
  /// Layers of more units have no pictures.
  package static let mostPictures = 32
  /// More maps of a picture, or strips of a sequence, are not drawn, and counted.
  private static let mostMaps = 16

  /// How many units of a layer are drawn.
  static func maps(of shape: [Int]) -> Int {
    switch shape.count {
    case 2, 3: min(mostMaps, shape[shape.count - 1])
    case 1: shape[0] <= mostPictures ? shape[0] : 0
    default: 0
    }
  }

  /// Of the numbers of one example that are drawn of a layer.
  func drawnShape(ofLayer place: Int) throws -> [Int] {
    let layer = try layers(of: experiment.start)[place]
    return (layer.steps.map { [$0] } ?? []) + layer.shape
  }

  /// What is drawn of the network.
  /// - Throws: `Problem` if it cannot be built.
  package func network() throws -> PlaygroundNetwork {
    let model = experiment.start
    return PlaygroundNetwork(
      inputs: source.images == nil && data.preprocessing.isTable
        ? data.preprocessing.inputNames : [], inputShape: try inputShape,
      pixels: data.preprocessing.isTable ? source.images?.inputs : nil, noPlane: source.noPlane,
      layers: try layers(of: model),
      architecture: try LocatedValue(
        json: JSONText.encode(LayerList(model.layers.compactMap { $0 as? any StoredLayer })),
        origin: "network"),
      parameterCount: model.parameterCount, loss: model.loss.name)
  }

  /// The layers whose units have pictures.
  var drawnLayers: [(place: Int, units: Int)] {
    get throws {
      try layers(of: experiment.start).enumerated()
        .filter { $0.element.pictures > 0 }.map { ($0.offset, $0.element.pictures) }
    }
  }

  private func layers(of model: Model) throws -> [PlaygroundNetwork.Layer] {
    let graph = Graph()
    var node = try graph.input(
      LearningCycle.inputName, shape: TensorShape(checking: [1] + model.inputShape.extents))
    var known: Set<String> = []
    return try model.layers.map { layer in
      let above = Array(node.shape.extents.dropFirst())
      let first = graph.records.count
      node = try layer.named(in: node).keepingMask(of: node)
      let new = graph.variables.filter { known.insert($0.name).inserted }
      let shape = Array(node.shape.extents.dropFirst())
      let kernel = new.first {
        $0.name.hasSuffix("/kernel") && $0.shape.extents == above + shape && above.count == 1
      }
      let isDense = layer is Dense && kernel != nil
      return PlaygroundNetwork.Layer(
        kind: layer.kindName,
        name: new.first.map { LayerFacts.layer(ofTensor: $0.name) }
          ?? graph.records[first...].last.map(\.layer) ?? layer.kindName,
        detail: layer.detail, shape: shape,
        steps: (layer as? any RecurrentLayer)?.settings.returnsSequences == false
          ? above.first : nil,
        pictures: source.axes == nil || shape.count == 1 ? Self.maps(of: shape) : 0,
        parameters: new.map {
          .init(name: $0.name, shape: $0.shape.extents, isLearned: $0.isTrainable)
        },
        kernel: isDense ? kernel?.name : nil,
        bias: isDense ? new.first { $0.name.hasSuffix("/bias") }?.name : nil)
    }
  }
}
