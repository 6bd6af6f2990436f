import Engine
import Networks

/// Where each weight of a network stands in PyTorch's files, and how it lies there: the one place that knows, for
/// reading and for writing.
///
/// Names are those of `torch.nn`: `weight`, `bias`, `running_mean`, `running_var`; `weight_ih_l0`, `bias_hh_l0`
/// and `…_reverse` of recurrent layers; `in_proj_weight` and `out_proj.weight` of `MultiheadAttention`;
/// `self_attn`, `linear1`, `linear2`, `norm1`, `norm2` of `TransformerEncoderLayer`.
/// Source: https://docs.pytorch.org/docs/stable/nn.html, the variables of each module.
struct TorchLayout {
  /// How one weight here stands there.
  struct Place {
    /// The layer that has a name there.
    var layer: String
    /// The weight's own name below it; a recurrence's ends where the number of its layer begins.
    var names: [String]
    /// The number of the layer within a recurrence, and which way it reads: `0`, `0_reverse`.
    var ending: String?
    /// Where several weights here are rows of one there: which of them this is.
    var share: (index: Int, count: Int)?
    /// Below which name it may stand alone, where it shares one.
    var alone: String?
    /// How the weights of `names` become the one here.
    var joining = Joining.none
    /// From here to there.
    var turns: [Turn] = []
    /// Does PyTorch have such a weight?
    var isKnown = true
  }

  /// How two biases there become one here.
  enum Joining {
    /// There is one.
    case none
    /// As rows of one.
    case rows
    /// By their sum; written, the second is 0.
    case sum
  }

  private let uses: WeightUses
  private let shapes: [String: TensorShape]

  /// - Throws: `Problem` for a network that cannot be built.
  init(_ model: Model) throws {
    uses = try WeightUses(model)
    shapes = Dictionary(uniqueKeysWithValues: model.tensors.map { ($0.name, $0.tensor.shape) })
  }

  /// What parts of layers are called there.
  private static let partNames = [
    "kernel": "weight", "bias": "bias", "gamma": "weight", "beta": "bias",
    "moving_mean": "running_mean", "moving_variance": "running_var", "embeddings": "weight",
    "slope": "weight",
  ]

  /// A weight's layer, and its name in it.
  static func split(_ name: String) -> (layer: String, part: String) {
    guard let end = name.lastIndex(of: "/") else { return ("", name) }
    return (String(name[..<end]), String(name[name.index(after: end)...]))
  }

  /// Where a weight stands.
  /// - Parameter isApart: whether its layer is one of its own there, whatever it is a part of here.
  func place(of name: String, isApart: Bool = false) -> Place {
    let (layer, part) = Self.split(name)
    guard let use = uses.uses[name] else {
      return Place(layer: layer, names: [part], isKnown: false)
    }
    var place = Place(layer: layer, names: [Self.partNames[part] ?? part], turns: use.turns)
    switch use.role {
    case .recurrent(let kind, let input):
      place.names = Self.recurrentNames[input]!
      place.ending = "0"
      if input == 3 { place.joining = kind == .gru ? .rows : .sum }
      if !isApart { moveIntoBothWays(&place) }
    case .plain, .kernel, .table:
      if case .plain = use.role { place.isKnown = Self.partNames[part] != nil }
      if !isApart {
        moveIntoAttention(&place)
        moveIntoBlock(&place)
      }
    }
    return place
  }

  // MARK: Recurrent layers

  private static let recurrentNames = [
    1: ["weight_ih_l"], 2: ["weight_hh_l"], 3: ["bias_ih_l", "bias_hh_l"],
  ]

  /// The two ways of a layer that reads both are one there.
  private func moveIntoBothWays(_ place: inout Place) {
    let (outer, way) = Self.split(place.layer)
    for (beginning, other, ending) in [
      ("forward_", "backward_", "0"), ("backward_", "forward_", "0_reverse"),
    ] where way.hasPrefix(beginning) {
      let twin = "\(outer)/\(other)\(way.dropFirst(beginning.count))"
      if shapes["\(twin)/kernel"] != nil { (place.layer, place.ending) = (outer, ending) }
    }
  }

  // MARK: Attention

  /// Questions, keys and values are rows of one weight there, if all have the width of the input.
  private func moveIntoAttention(_ place: inout Place) {
    let (attention, inner) = Self.split(place.layer)
    let shared = ["query", "key", "value"]
    guard shared.contains(inner) || inner == "attention_output",
      (shared + ["attention_output"]).allSatisfy({ shapes["\(attention)/\($0)/kernel"] != nil })
    else { return }
    place.layer = attention
    guard let index = shared.firstIndex(of: inner) else {
      place.names = ["out_proj.\(place.names[0])"]
      return
    }
    place.alone = "\(inner).\(place.names[0])"
    let isSquare = shared.allSatisfy { name in
      let kernel = shapes["\(attention)/\(name)/kernel"]!
      return kernel.rank == 3 && kernel[0] == kernel[1] * kernel[2]
    }
    place.isKnown = place.isKnown && isSquare
    place.names = [isSquare ? "in_proj_\(place.names[0])" : place.alone!]
    place.share = isSquare ? (index, shared.count) : nil
  }

  private static let blockNames = [
    "attention": "self_attn", "hidden": "linear1", "output": "linear2", "attention_norm": "norm1",
    "dense_norm": "norm2",
  ]

  /// Parts of a block of a transformer stand below its name.
  private func moveIntoBlock(_ place: inout Place) {
    let (block, inner) = Self.split(place.layer)
    guard let name = Self.blockNames[inner], shapes["\(block)/attention/query/kernel"] != nil,
      shapes["\(block)/hidden/kernel"] != nil, shapes["\(block)/attention_norm/gamma"] != nil
    else { return }
    place.layer = block
    place.names = place.names.map { "\(name).\($0)" }
    place.alone = place.alone.map { "\(name).\($0)" }
  }
}

extension TorchLayout.Place {
  /// The names of its weights there, below what its layer is called there.
  ///
  /// - Parameter there: of layers that PyTorch keeps under one name `lstm/1` is the second, `lstm/1/reverse` the
  ///   one of them that reads backwards.
  func names(below there: String) -> [String] {
    guard let ending else {
      let layer = there.replacing("/", with: ".")
      return names.map { layer.isEmpty ? $0 : "\(layer).\($0)" }
    }
    var (words, own) = (there.split(separator: "/").map(String.init), ending)
    if let number = words.lastIndex(where: { Int($0) != nil }), number > 0,
      ["", "reverse"].contains(words[(number + 1)...].joined(separator: "/"))
    {
      own = words[number...].joined(separator: "_")
      words.removeSubrange(number...)
    }
    let layer = words.joined(separator: ".")
    return names.map { (layer.isEmpty ? $0 : "\(layer).\($0)") + own }
  }

  /// The shape of each weight there, for one of a shape here.
  func shape(of own: TensorShape) throws(Problem) -> TensorShape {
    guard case .rows = joining else {
      let shape = try own.turned(by: turns)
      guard let share else { return shape }
      return try TensorShape(
        checking: [shape[0] * share.count] + shape.extents.dropFirst())
    }
    return try TensorShape(checking: Array(own.extents.dropFirst()))
  }

  /// The weights there; of those that share one, this one's rows.
  func written(_ own: Tensor) throws(Problem) -> [Tensor] {
    switch joining {
    case .none: return [try own.turned(by: turns)]
    case .sum:
      let first = try own.turned(by: turns)
      return [first, Tensor(repeating: 0, shape: first.shape)]
    case .rows:
      let shape = try shape(of: own.shape)
      var rows: [Tensor] = []
      for row in 0..<own.shape[0] {
        let values = own.values[row * shape.count..<(row + 1) * shape.count]
        rows.append(try Tensor(shape, Array(values)).turned(by: turns))
      }
      return rows
    }
  }

  /// The weight here, from those there, which have their shapes.
  func read(_ theirs: [Tensor], as shape: TensorShape) throws(Problem) -> Tensor {
    let back = turns.inverse
    switch joining {
    case .none: return try part(of: theirs[0]).turned(by: back)
    case .sum:
      return try Tensor(
        theirs[0].shape, zip(theirs[0].values, theirs[1].values).map { $0 + $1 }
      ).turned(by: back)
    case .rows:
      var values: [Float] = []
      for tensor in theirs { values += try tensor.turned(by: back).values }
      return try Tensor(shape, values)
    }
  }

  /// Its rows of a weight that several share.
  private func part(of tensor: Tensor) throws(Problem) -> Tensor {
    guard let share else { return tensor }
    let rows = tensor.shape[0] / share.count
    let count = tensor.shape.count / share.count
    let values = tensor.values[share.index * count..<(share.index + 1) * count]
    return try Tensor(
      TensorShape(checking: [rows] + tensor.shape.extents.dropFirst()), Array(values))
  }
}
