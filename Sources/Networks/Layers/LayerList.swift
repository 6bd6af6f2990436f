import Engine

/// All layers that files can name.
public enum Layers: Family {
  public typealias Member = any StoredLayer
  public static let word = "layer"
  public static let standard: [any Configurable.Type] = [
    Activation.self, Attention.self, BatchNorm.self, Bidirectional.self, Change.self,
    CumulativeLink.self,
    Dense.self,
    Dropout.self,
    Embedding.self, Ensemble.self, Flatten.self, FrozenLayers.self, GRU.self, GraphLayer.self,
    ImageBranch.self,
    LSTM.self,
    LayerNorm.self,
    Masking.self, MemberDense.self, Members.self, ParametricReLU.self, PiecewiseLinear.self,
    PositionEmbedding.self, Reshaping.self, Residual.self, Sequential.self, SimpleRNN.self,
    TransformerBlock.self,
    AveragePool1D.self, AveragePool2D.self, Conv1D.self, Conv2D.self, DepthwiseConv2D.self,
    GlobalAveragePool1D.self, GlobalAveragePool2D.self, GlobalMaxPool1D.self,
    GlobalMaxPool2D.self, MaxPool1D.self, MaxPool2D.self, Upsample1D.self, Upsample2D.self,
    ZeroPadding1D.self, ZeroPadding2D.self,
  ]
}

/// Layers as a plain list, the form in which a configuration file gives a network. Each is an object
/// with its kind under `layer`, or `{"same_as": place}`.
public struct LayerList: SettingValue {
  public static let words = "list of layers"

  /// In the order they are called.
  public let layers: [any Layer]

  /// From a list.
  public init(_ layers: [any Layer]) { self.layers = layers }

  private enum Key: String, CodingKey {
    case layer
    case sameAs = "same_as"
  }

  /// - Throws: `Problem` (those of all layers together) for an unknown kind, and for settings that are
  ///   missing, unknown or impossible.
  public init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    var layers: [any Layer] = []
    var problems: [Problem] = []
    while !list.isAtEnd, layers.count <= NetworkLimits.layers {
      let entry = try list.superDecoder()
      do {
        layers.append(try Self.layer(entry, after: layers))
      } catch let problem as Problem {
        let place = entry.codingPath.place
        problems += problem.all.map { problem in
          guard !problem.location.hasPrefix(place) else { return problem }
          return Problem(
            problem.kind, "\(place): \(problem.location)", expected: problem.expected,
            found: problem.found, fix: problem.fix)
        }
        // Stands in for the layer, so that those after it keep their places.
        layers.append(Flatten())
      }
    }
    try Problem.throwIfAny(problems)
    var room = NetworkLimits.layers
    guard Self.fits(layers, in: &room) else {
      throw Problem.data(
        decoder.codingPath.place,
        expected: "at most \(NetworkLimits.layers) layers, those inside others included",
        found: "more")
    }
    self.layers = layers
  }

  /// Counted without going on beyond the limit: a layer that is repeated inside a repeated one, and so
  /// on, is soon more than can be counted.
  private static func fits(_ layers: [any Layer], in room: inout Int) -> Bool {
    for layer in layers {
      room -= 1
      guard room >= 0, fits(layer.innerLayers, in: &room) else { return false }
    }
    return true
  }

  private static func layer(_ entry: any Decoder, after layers: [any Layer]) throws -> any Layer {
    let fields = try entry.container(keyedBy: Key.self)
    let place = entry.codingPath.place
    if let first = try fields.decodeIfPresent(Int.self, forKey: .sameAs) {
      guard layers.indices.contains(first) else {
        throw Problem.data(
          "\(place).same_as", expected: "the place of an earlier layer", found: "\(first)")
      }
      return layers[first]
    }
    let kind = try entry.registry.kind(
      named: fields.decode(String.self, forKey: .layer), of: Layers.self, at: place)
    let settings = try entry.container(keyedBy: AnyKey.self)
    return try kind.read(settings, beside: [Key.layer.rawValue], at: place) as! any StoredLayer
  }

  /// - Throws: `Problem` for a layer that is not a ``StoredLayer``.
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    for (place, layer) in layers.enumerated() {
      guard let stored = layer as? any StoredLayer else {
        throw Problem.data(
          "layer \(place)", expected: "a layer that can be stored", found: "\(type(of: layer))",
          fix: "let it conform to StoredLayer")
      }
      let entry = list.superEncoder()
      var fields = entry.container(keyedBy: Key.self)
      if let first = layers[..<place].firstIndex(where: { Self.isSame($0, layer) }) {
        try fields.encode(first, forKey: .sameAs)
      } else {
        try fields.encode(type(of: stored).kind, forKey: .layer)
        try stored.encode(to: entry)
      }
    }
  }

  private static func isSame(_ a: any Layer, _ b: any Layer) -> Bool {
    guard let a = a as? any IdentifiedLayer, let b = b as? any IdentifiedLayer else { return false }
    return a.identity == b.identity
  }
}
