public import Engine

/// Reads a sequence twice, from its beginning and from its end, with two sets of weights (Schuster and
/// Paliwal 1997), and joins what both say.
public struct Bidirectional: IdentifiedLayer {
  public static let kind = "bidirectional"
  public static var usual: Self { Self(LSTM(0)) }
  public static var settings: [Setting<Self>] {
    [
      .recurrentLayer, .usual("merge", \.merge), .name,
    ]
  }

  /// How the two results become one.
  public enum Merge: String, Sendable, NamedChoice, SettingValue {
    /// Side by side.
    case concat
    case sum
    case average = "ave"
    /// Element by element.
    case product = "mul"
  }

  /// The layer that reads forwards; the other has the same settings.
  public var layer: any RecurrentLayer
  /// How the two results become one.
  public var merge: Merge
  public var identity: LayerIdentity

  /// - Parameters:
  ///   - layer: its `goesBackwards` is turned round for the second reading.
  ///   - name: the beginning of its tensors' names; `bidirectional`, … if not given.
  public init(_ layer: any RecurrentLayer, merge: Merge = .concat, name: String? = nil) {
    self.layer = layer
    self.merge = merge
    identity = LayerIdentity(name: name)
  }

  public var innerLayers: [any Layer] { [layer] }

  public func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      let name = layer.identity.name ?? type(of: layer).kind
      func read(_ way: String, _ settings: RecurrentSettings) throws -> Node {
        try graph.scope("\(way)_\(name)") {
          let output = try layer.read(input, settings: settings, isAligned: true)
          // As in Keras: a step that does not count says nothing either way.
          guard let mask = input.mask, output.shape.rank == 3 else { return output }
          return try output * Ops.Broadcast(to: output.shape, axes: [0, 1])(mask)
        }
      }
      let forward = try read("forward", layer.settings)
      var settings = layer.settings
      settings.goesBackwards.toggle()
      let backward = try read("backward", settings)
      let joined =
        switch merge {
        case .concat: try Ops.Concatenate(axis: forward.shape.rank - 1)(forward, backward)
        case .sum: try forward + backward
        case .average: try (forward + backward) / 2
        case .product: try forward * backward
        }
      return joined.keepingMask(of: input)
    }
  }
}

extension Setting where Owner == Bidirectional {
  /// The one layer stands in a list, as in every layer that holds others.
  fileprivate static var recurrentLayer: Setting {
    var setting = Setting(
      SettingFacts(name: "layers", type: LayerList.words, isRequired: true, source: nil),
      read: { owner, fields, key in
        let layers = try fields.decode(LayerList.self, forKey: key).layers
        guard layers.count == 1, let layer = layers[0] as? any RecurrentLayer else {
          throw Problem.data(
            (fields.codingPath + [key]).place, expected: "one recurrent layer, such as lstm",
            found: "\(layers.count) layers" + (layers.first.map { ", \($0.kindName)" } ?? ""))
        }
        owner.layer = layer
      },
      write: { owner, fields in
        try fields.encode(LayerList([owner.layer]), forKey: AnyKey("layers"))
      })
    setting.value = { LayerList([$0.layer]) }
    setting.change = { owner, new in
      guard let layer = (new as? LayerList)?.layers.first as? any RecurrentLayer else { return }
      owner.layer = layer
    }
    return setting
  }
}
