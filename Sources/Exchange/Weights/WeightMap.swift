import Engine
package import Networks

/// Gives a network the weights of a file of another program: each tensor by its name, turned as it lies here.
///
/// What PyTorch calls `weight`, `bias`, `running_mean` and `running_var` is `kernel`, `bias`, `moving_mean` and
/// `moving_variance` here, of normalisations `gamma` and `beta`; the gates of its recurrent layers, `i f g o`
/// of an LSTM and `r z n` of a GRU, are put into the order here, and its two biases of an LSTM joined.
package struct WeightMap {
  private let rules: NameRules
  private let file: WeightsFile
  private let model: Model
  private let theirs: [String: Tensor]
  /// The shape of an image before it was made flat, for the dense layer behind that.
  private let flattened: [String: TensorShape]
  /// What a layer is called there, if by order.
  private let order: [String: String]

  /// - Throws: `Problem` for a network that cannot be built.
  package init(_ file: WeightsFile, on model: Model, by rules: NameRules) throws {
    (self.rules, self.file, self.model) = (rules, file, model)
    theirs = Dictionary(file.tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
    flattened = rules.layout == .torch ? try Self.flattened(model) : [:]
    order = rules.byOrder ? Self.order(model, file, rules) : [:]
  }

  /// The network with the file's weights.
  /// - Throws: `Problem`, one for each tensor that does not fit, all together.
  package func applied() throws -> Model {
    var used: Set<String> = []
    var problems: [Problem] = []
    let tensors = model.tensors.map { name, first -> (name: String, tensor: Tensor) in
      let (layer, part) = Self.split(name)
      if rules.new.contains(where: { NamePattern($0).match(layer) != nil }) { return (name, first) }
      let there = order[layer] ?? rules.theirs(layer)
      do throws(Problem) {
        let (tensor, names) = try found(there, layer, part, first.shape, name)
        used.formUnion(names)
        return (name, tensor)
      } catch {
        problems.append(error)
        // What did not fit is said once.
        used.formUnion(Self.partNames[part, default: [part]].map { "\(there).\($0)" })
        return (name, first)
      }
    }
    for (name, tensor) in file.tensors where !used.contains(name) && !isIgnored(name) {
      problems.append(
        Problem.shape(
          "\(file.name): \(name)", expected: "a place for it in the network",
          found: "none for \(tensor.shape)",
          fix: "say under `layers` which layer it belongs to, or name it under `ignore`"))
    }
    try Problem.throwIfAny(problems)
    return try model.with(tensors)
  }

  private func isIgnored(_ name: String) -> Bool {
    // How many batches a normalisation has seen, which nothing is computed with.
    name.hasSuffix("num_batches_tracked")
      || rules.ignored.contains { NamePattern($0).match(name) != nil }
  }

  private static func split(_ name: String) -> (layer: String, part: String) {
    guard let end = name.lastIndex(of: "/") else { return ("", name) }
    return (String(name[..<end]), String(name[name.index(after: end)...]))
  }

  // MARK: One tensor

  /// What parts of layers are called there.
  private static let partNames: [String: [String]] = [
    "kernel": ["weight"], "bias": ["bias"], "gamma": ["weight"], "beta": ["bias"],
    "moving_mean": ["running_mean"], "moving_variance": ["running_var"],
    "embeddings": ["weight"], "slope": ["weight"],
  ]
  /// Of recurrent layers.
  private static let recurrentNames: [String: [String]] = [
    "kernel": ["weight_ih_l"], "recurrent_kernel": ["weight_hh_l"],
    "bias": ["bias_ih_l", "bias_hh_l"],
  ]

  /// The tensor of a part of a layer as it lies here, and the names of what it is made of.
  private func found(
    _ there: String, _ layer: String, _ part: String, _ shape: TensorShape, _ name: String
  ) throws(Problem) -> (Tensor, [String]) {
    for same in ["\(there)/\(part)", "\(there).\(part)"] {
      if let tensor = theirs[same], tensor.shape == shape { return (tensor, [same]) }
    }
    if let result = try recurrent(there, part, shape, name) { return result }
    let candidates = (Self.partNames[part] ?? [part]).map { "\(there).\($0)" }
    guard let own = candidates.first(where: { theirs[$0] != nil }) else {
      throw Problem.shape(
        name, expected: "`\(candidates[0])` in \(file.name)",
        found: candidates[0].nearest(among: file.tensors.map(\.name)).map {
          "none; the nearest is `\($0)`"
        } ?? "none",
        fix: "say under `layers` what \(layer) is called there, or name it under `new`")
    }
    let tensor = theirs[own]!
    guard let turned = try turned(tensor, part, shape, layer) else {
      throw Problem.shape(
        "\(file.name): \(own)", expected: "numbers for \(name), \(shape)",
        found: "\(tensor.shape)", fix: "give the layer the sizes it has there, or leave both out")
    }
    return (turned, [own])
  }

  /// As it lies here; nil for a shape that does not fit.
  private func turned(
    _ tensor: Tensor, _ part: String, _ shape: TensorShape, _ layer: String
  ) throws(Problem) -> Tensor? {
    let extents = tensor.shape.extents
    guard part == "kernel", rules.layout == .torch else { return tensor.ifShaped(shape) }
    switch extents.count {
    case 2:
      let image = flattened[layer].flatMap { $0.count == extents[1] ? $0 : nil }
      let rows = try image.map { image throws(Problem) in try tensor.readingChannelsLast(image) }
      return try (rows ?? tensor).transposed([1, 0]).ifShaped(shape)
    // Outputs, inputs of a group, rows and columns; of a depth-wise one each output is a channel's own.
    case 3: return try tensor.transposed([2, 1, 0]).ifShaped(shape)
    case 4:
      let isDepthwise =
        extents[1] == 1 && shape.rank == 4 && shape[2] > 1 && shape[2] * shape[3] == extents[0]
      let turned = try tensor.transposed([2, 3, 1, 0])
      return isDepthwise && [shape[0], shape[1]] == [extents[2], extents[3]]
        ? try turned.reshaped(shape.extents) : turned.ifShaped(shape)
    default: return nil
    }
  }

  // MARK: Recurrent layers

  /// The weights of a recurrent layer; nil where the file has none of this name. `lstm/1` is the second of
  /// layers that PyTorch keeps under one name, `lstm/1/reverse` the one that reads backwards.
  private func recurrent(
    _ there: String, _ part: String, _ shape: TensorShape, _ name: String
  ) throws(Problem) -> (Tensor, [String])? {
    let words = there.split(separator: "/").map(String.init)
    let ending = (words.count > 1 ? words[1] : "0") + (words.count > 2 ? "_\(words[2])" : "")
    let names = (Self.recurrentNames[part] ?? []).map { "\(words.first ?? "").\($0)\(ending)" }
    guard !names.isEmpty, names.allSatisfy({ theirs[$0] != nil }) else { return nil }
    let tensors = names.map { theirs[$0]! }
    let units = tensors[0].shape.rank == 0 ? 0 : tensors[0].shape[0]
    let gates = shape[shape.rank - 1] == units ? gateCount(there: words.first ?? "", ending) : 0
    guard gates > 0, tensors.allSatisfy({ $0.shape.extents.first == units }),
      tensors.allSatisfy({ $0.shape.rank == (part == "bias" ? 1 : 2) })
    else {
      throw Problem.shape(
        "\(file.name): \(names[0])", expected: "numbers for \(name), \(shape)",
        found: "\(tensors[0].shape)", fix: "give the layer the units it has there")
    }
    // A GRU's update gate comes first here, its reset gate there.
    let parts = tensors.map { gates == 3 ? $0.swappingParts(of: units / 3) : $0 }
    let made: Tensor?
    switch (part, gates) {
    case ("bias", 3):
      made = try Tensor([2, units], parts[0].values + parts[1].values).ifShaped(shape)
    case ("bias", _):
      made = try Tensor([units], zip(parts[0].values, parts[1].values).map { $0 + $1 })
        .ifShaped(shape)
    default: made = try parts[0].transposed([1, 0]).ifShaped(shape)
    }
    guard let made else {
      throw Problem.shape(
        "\(file.name): \(names[0])", expected: "numbers for \(name), \(shape)",
        found: "\(tensors[0].shape)", fix: "give the layer the sizes it has there")
    }
    return (made, names)
  }

  /// How many values each unit computes: 4 of an LSTM, 3 of a GRU, 1 of a plain one.
  private func gateCount(there: String, _ ending: String) -> Int {
    guard let shape = theirs["\(there).weight_hh_l\(ending)"]?.shape, shape.rank == 2, shape[1] > 0,
      shape[0].isMultiple(of: shape[1]), [1, 3, 4].contains(shape[0] / shape[1])
    else { return 0 }
    return shape[0] / shape[1]
  }

  // MARK: Layers

  /// The layers here, and there, in their order.
  private static func order(
    _ model: Model, _ file: WeightsFile, _ rules: NameRules
  ) -> [String: String] {
    func distinct(_ names: [String]) -> [String] {
      var seen: Set<String> = []
      return names.filter { seen.insert($0).inserted }
    }
    let own = distinct(model.tensors.map { split($0.name).layer }).filter { layer in
      !rules.new.contains { NamePattern($0).match(layer) != nil }
    }
    let wanted = file.tensors.map(\.name).filter { name in
      !rules.ignored.contains { NamePattern($0).match(name) != nil }
    }
    let theirs = distinct(
      wanted.map { name in name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name })
    return Dictionary(uniqueKeysWithValues: zip(own, theirs).map { ($0, $1) })
  }

  /// Of each dense layer that reads an image that was made flat: PyTorch has its channels before its rows.
  private static func flattened(_ model: Model) throws -> [String: TensorShape] {
    let layers = model.layers.flatMap { ($0 as? FrozenLayers)?.layers ?? [$0] }
    /// What the network is up to a layer.
    func graph(_ count: Int) throws -> (variables: [Variable], output: TensorShape) {
      let graph = Graph()
      let input = try graph.input(
        "input", shape: TensorShape(checking: [1] + model.inputShape.extents))
      let output = try Sequential(Array(layers[..<count]))(input)
      return (graph.variables, output.shape)
    }
    var shapes: [String: TensorShape] = [:]
    for (place, layer) in layers.enumerated() where layer is Flatten {
      let (before, image) = try graph(place)
      guard image.rank == 4, image[1] * image[2] > 1,
        let next = layers[place...].firstIndex(where: { $0 is any IdentifiedLayer }),
        layers[next] is Dense
      else { continue }
      for variable in try graph(next + 1).variables[before.count...] {
        shapes[split(variable.name).layer] = try TensorShape(
          checking: Array(image.extents.dropFirst()))
      }
    }
    return shapes
  }
}
