import Datasets
public import Engine
import Networks

/// What becomes of the last layer of a model that is learned from.
public enum HeadChoice: String, Sendable, NamedChoice {
  /// It is used as it is: the classes are the same.
  case keep
  /// A new one with first weights, for other classes.
  case new
}

/// Which layers of a model are left as they are.
public enum FreezeChoice: Sendable, Hashable, Codable {
  /// Every layer but the last with weights.
  case allButLast
  /// Layers by the beginning of their tensors' names, such as `conv2d_1`.
  case layers([String])

  private static let allButLastName = "all_but_last"

  /// `all_but_last`, a name, or a list of names.
  public init(from decoder: any Decoder) throws {
    if let names = try? [String](from: decoder) {
      self = .layers(names)
      return
    }
    let text = try decoder.singleValueContainer().decode(String.self)
    self =
      text.normalizedName == Self.allButLastName.normalizedName ? .allButLast : .layers([text])
  }

  /// The same forms.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .allButLast: try value.encode(Self.allButLastName)
    case .layers(let names): try value.encode(names)
    }
  }
}

/// A trained model as the start of another training: its layers, its weights, the way its inputs are
/// made.
struct Transfer {
  private let base: Model
  private let layers: [any Layer]
  /// For each layer the names of the tensors it is the first to use.
  private let names: [[String]]
  /// The last layer with weights.
  private let last: Int

  /// - Parameter unfreezes: whether layers that were left alone learn again.
  init(_ base: Model, unfreezes: Bool) throws {
    self.base = base
    let stored = base.layers
    layers = unfreezes ? Self.unfrozen(stored) : stored
    names = try Self.names(of: layers, base.inputShape)
    last = names.lastIndex { !$0.isEmpty } ?? 0
  }

  private static func unfrozen(_ layers: [any Layer]) -> [any Layer] {
    layers.flatMap { layer in
      (layer as? FrozenLayers).map { unfrozen($0.layers) } ?? [layer]
    }
  }

  private static func names(of layers: [any Layer], _ shape: TensorShape) throws -> [[String]] {
    var known = 0
    return try layers.indices.map { place in
      let graph = Graph()
      let input = try graph.input("input", shape: TensorShape(checking: [1] + shape.extents))
      _ = try Sequential(Array(layers[...place]))(input)
      defer { known = graph.variables.count }
      return graph.variables[known...].map(\.name)
    }
  }

  /// The network to start from.
  /// - Throws: `Problem` for layers that do not exist, or a last layer that cannot be replaced.
  func network(_ freeze: FreezeChoice?, newHead: (any Layer)?) throws -> [any Layer] {
    let isFrozen = try frozen(freeze, hasNewHead: newHead != nil)
    var network: [any Layer] = []
    var run: [any Layer] = []
    func endRun() {
      if !run.isEmpty { network.append(FrozenLayers(run)) }
      run = []
    }
    for (place, layer) in layers.enumerated() where newHead == nil || place < last {
      if isFrozen[place] {
        run.append(layer)
      } else {
        endRun()
        network.append(layer)
      }
    }
    endRun()
    guard let newHead else { return network }
    let replaced = Self.unfrozen([layers[last]]).last
    guard replaced is Dense || replaced is CumulativeLink else {
      throw Problem.data(
        "head", expected: "a model whose last layer with weights is dense",
        found: "another: \(names[last].joined(separator: ", "))",
        fix: "give the whole network in the configuration file")
    }
    return network + [newHead]
  }

  private func frozen(_ freeze: FreezeChoice?, hasNewHead: Bool) throws -> [Bool] {
    switch freeze {
    case nil: return layers.map { _ in false }
    case .allButLast: return layers.indices.map { $0 < last }
    case .layers(let given):
      let wanted = given.map(Registry.presentName)
      func holds(_ place: Int, _ name: String) -> Bool {
        names[place].contains { $0 == name || $0.hasPrefix("\(name)/") }
      }
      for name in wanted where !layers.indices.contains(where: { holds($0, name) }) {
        throw Problem.data(
          "freeze", expected: "all_but_last, or layers of the model", found: "'\(name)'",
          fix: "its layers with weights are \(Self.layerNames(names).joined(separator: ", "))")
      }
      if hasNewHead, let name = wanted.first(where: { holds(last, $0) }) {
        throw Problem.data(
          "freeze", expected: "layers before the last, which a new one replaces",
          found: "'\(name)'", fix: "leave it out, or use all_but_last")
      }
      let isFrozen = layers.indices.map { place in wanted.contains { holds(place, $0) } }
      guard hasNewHead || layers.indices.contains(where: { !names[$0].isEmpty && !isFrozen[$0] })
      else {
        throw Problem.data(
          "freeze", expected: "a layer that is left to learn", found: "all layers with weights",
          fix: "freeze fewer of them, or use all_but_last")
      }
      return isFrozen
    }
  }

  /// What stands before the last stroke of the tensors' names, each once.
  private static func layerNames(_ tensors: [[String]]) -> [String] {
    var names: [String] = []
    for tensor in tensors.joined() {
      let name = String(tensor[..<(tensor.lastIndex(of: "/") ?? tensor.endIndex)])
      if names.last != name { names.append(name) }
    }
    return names
  }

  /// A network with the model's weights in all but a new last layer.
  func start(_ fresh: Model, hasNewHead: Bool) throws -> Model {
    let head = hasNewHead ? Set(names[last...].flatMap { $0 }) : []
    let known = Dictionary(base.tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
    return try fresh.with(
      fresh.tensors.map { name, tensor in
        guard !head.contains(name), let old = known[name], old.shape == tensor.shape else {
          return (name, tensor)
        }
        return (name, old)
      })
  }
}

extension Model {
  /// Whether layers of it were left alone in the training that made it.
  var hasFrozenLayers: Bool {
    network.listed.contains { $0 is FrozenLayers }
  }
}
