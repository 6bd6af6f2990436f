import Engine

/// Every layer that a file can name. Checks, files and pages loop over this list and keep no other.
public enum LayerCatalog {
  /// One line for each stored layer.
  public static let layers: [any StoredLayer.Type] = [
    Activation.self, Attention.self, BatchNorm.self, Bidirectional.self, Dense.self, Dropout.self,
    Embedding.self, Flatten.self, FrozenLayers.self, GRU.self, LSTM.self, LayerNorm.self,
    Masking.self, ParametricReLU.self, PositionEmbedding.self, Reshaping.self, Residual.self,
    Sequential.self, SimpleRNN.self, TransformerBlock.self,
    AveragePool1D.self, AveragePool2D.self, Conv1D.self, Conv2D.self, DepthwiseConv2D.self,
    GlobalAveragePool1D.self, GlobalAveragePool2D.self, GlobalMaxPool1D.self,
    GlobalMaxPool2D.self, MaxPool1D.self, MaxPool2D.self, Upsample1D.self, Upsample2D.self,
    ZeroPadding1D.self, ZeroPadding2D.self,
  ]

  static func type(named kind: String, _ others: [any StoredLayer.Type]) throws
    -> any StoredLayer.Type
  {
    let known = layers + others
    guard let found = known.first(where: { $0.kind.normalizedName == kind.normalizedName }) else {
      throw Problem.data(
        "layer", expected: "one of \(known.map { $0.kind }.joined(separator: ", "))",
        found: "'\(kind)'",
        fix: "for a layer of your own, pass its type when the model is opened")
    }
    return found
  }
}

extension CodingUserInfoKey {
  /// The user's own layer types, `[any StoredLayer.Type]`, for decoding.
  public static let layerTypes = CodingUserInfoKey(rawValue: "layerTypes")!
}

/// Layers as a plain list, the form in which a configuration file gives a network. Each is an object
/// with its kind under `layer`, or `{"same_as": place}`.
public struct LayerList: Codable, Sendable {
  /// In the order they are called.
  public let layers: [any Layer]

  /// From a list.
  public init(_ layers: [any Layer]) { self.layers = layers }

  private enum Key: String, CodingKey {
    case layer
    case sameAs = "same_as"
  }

  /// - Throws: `Problem` for an unknown kind of layer.
  public init(from decoder: any Decoder) throws {
    let others = decoder.userInfo[.layerTypes] as? [any StoredLayer.Type] ?? []
    var list = try decoder.unkeyedContainer()
    var layers: [any Layer] = []
    while !list.isAtEnd {
      let entry = try list.superDecoder()
      let fields = try entry.container(keyedBy: Key.self)
      if let place = try fields.decodeIfPresent(Int.self, forKey: .sameAs) {
        guard layers.indices.contains(place) else {
          throw Problem.data(
            "layers", expected: "same_as with the place of an earlier layer", found: "\(place)")
        }
        layers.append(layers[place])
      } else {
        let kind = try fields.decode(String.self, forKey: .layer)
        do {
          layers.append(try LayerCatalog.type(named: kind, others).init(from: entry))
        } catch let problem as Problem
          where problem.kind == .data && !problem.location.hasPrefix(entry.codingPath.place)
        {
          throw Problem.data(
            "\(entry.codingPath.place): \(problem.location)", expected: problem.expected,
            found: problem.found, fix: problem.fix)
        }
      }
    }
    self.layers = layers
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

extension Sequential: Codable {
  private enum Key: String, CodingKey { case layers }

  /// An object with its list of layers.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(try fields.decode(LayerList.self, forKey: .layers).layers)
  }

  /// - Throws: `Problem` for a layer that is not a ``StoredLayer``.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(LayerList(layers), forKey: .layers)
  }
}

/// A layer with weights of its own, so that using it twice is different from two layers.
protocol IdentifiedLayer: StoredLayer {
  var identity: LayerIdentity { get }
}
