import Engine
package import Networks

/// Gives a network the weights of a file of another program: each tensor by its name, turned as it lies here.
///
/// How PyTorch calls and lays them is known to ``TorchLayout``.
package struct WeightMap {
  private let rules: NameRules
  private let file: WeightsFile
  private let model: Model
  private let theirs: [String: Tensor]
  private let layout: TorchLayout
  /// What a layer is called there, if by order.
  private let order: [String: String]

  /// - Throws: `Problem` for a network that cannot be built.
  package init(_ file: WeightsFile, on model: Model, by rules: NameRules) throws {
    let layout = try TorchLayout(model)
    let expected = model.tensors.flatMap { name, _ in
      let place = rules.place(of: name, layout)
      return place.names(below: rules.theirs(place.layer))
    }
    let file = rules.byOrder ? file : file.part(with: Set(expected))
    (self.rules, self.file, self.model, self.layout) = (rules, file, model, layout)
    theirs = Dictionary(file.tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
    order = rules.byOrder ? Self.order(model, layout, file, rules) : [:]
  }

  /// What was left out of the file, in sentences.
  package var notes: [String] { file.notes }

  /// The network with the file's weights.
  /// - Throws: `Problem`, one for each tensor that does not fit, all together.
  package func applied() throws -> Model {
    var used: Set<String> = []
    var problems = rules.unused(model.tensors.map { TorchLayout.split($0.name).layer })
    let tensors = model.tensors.map { name, first -> (name: String, tensor: Tensor) in
      let place = place(of: name)
      if rules.isNew(name, place) { return (name, first) }
      do throws(Problem) {
        let (tensor, names) = try found(place, name, first.shape)
        used.formUnion(names)
        return (name, tensor)
      } catch {
        problems.append(error)
        // What did not fit is said once.
        used.formUnion(place.names(below: there(place)))
        return (name, first)
      }
    }
    for (name, tensor) in file.tensors where !used.contains(name) && !isIgnored(name) {
      problems.append(
        Problem.shape(
          "\(file.name): \(name)", expected: "a place for it in the network",
          found: "none for \(tensor.shape)",
          fix: "say in the map, under layers, which one it belongs to, or name it under ignore"))
    }
    try Problem.throwIfAny(problems)
    return try model.with(tensors)
  }

  private func isIgnored(_ name: String) -> Bool {
    // How many batches a normalisation has seen, which nothing is computed with.
    name.hasSuffix("num_batches_tracked")
      || rules.ignored.contains { NamePattern($0).match(name) != nil }
  }

  // MARK: One tensor

  private func place(of name: String) -> TorchLayout.Place { rules.place(of: name, layout) }

  private func there(_ place: TorchLayout.Place) -> String {
    order[place.layer] ?? rules.theirs(place.layer)
  }

  /// The weight as it lies here, and the names of what it is made of.
  private func found(
    _ place: TorchLayout.Place, _ name: String, _ shape: TensorShape
  ) throws(Problem) -> (Tensor, [String]) {
    let (layer, part) = TorchLayout.split(name)
    // As another program like this one keeps it.
    let own = order[layer] ?? rules.theirs(layer)
    for same in ["\(own)/\(part)", "\(own).\(part)"] {
      if let tensor = theirs[same], tensor.shape == shape, same.contains("/") || place.turns.isEmpty
      {
        return (tensor, [same])
      }
    }
    var place = place
    var names = place.names(below: there(place))
    if let alone = place.alone, !names.contains(where: { theirs[$0] != nil }) {
      (place.names, place.share) = ([alone], nil)
      let apart = place.names(below: there(place))
      if theirs[apart[0]] != nil { names = apart } else { place = self.place(of: name) }
    }
    if rules.layout == .keras { names = ["\(own)/\(part)"] }
    if let missing = names.first(where: { theirs[$0] == nil }) {
      throw Problem.shape(
        name, expected: "`\(missing)` in \(file.name)",
        found: missing.nearest(among: file.tensors.map(\.name)).map {
          "none; the nearest is `\($0)`"
        } ?? "none",
        fix: "say in the map, under layers, what \(layer) is called there, or name it under new")
    }
    let tensors = names.map { theirs[$0]! }
    let expected = try place.shape(of: shape)
    for (own, tensor) in zip(names, tensors) where tensor.shape != expected {
      throw Problem.shape(
        "\(file.name): \(own)",
        expected: "numbers for \(name), \(shape)"
          + (expected == shape ? "" : ", there \(expected)"),
        found: "\(tensor.shape)", fix: "give the layer the sizes it has there, or leave both out")
    }
    return (try place.read(tensors, as: shape), names)
  }

  // MARK: Layers

  /// The layers here, and there, in their order.
  private static func order(
    _ model: Model, _ layout: TorchLayout, _ file: WeightsFile, _ rules: NameRules
  ) -> [String: String] {
    func distinct(_ names: [String]) -> [String] {
      var seen: Set<String> = []
      return names.filter { seen.insert($0).inserted }
    }
    let own = distinct(
      model.tensors.compactMap { name, _ in
        let place = rules.place(of: name, layout)
        return rules.isNew(name, place) ? nil : place.layer
      })
    let wanted = file.tensors.map(\.name).filter { name in
      !rules.ignored.contains { NamePattern($0).match(name) != nil }
    }
    let theirs = distinct(
      wanted.map { name in name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name })
    return Dictionary(uniqueKeysWithValues: zip(own, theirs).map { ($0, $1) })
  }
}

extension NameRules {
  /// Where a weight stands in a file that these rules are for.
  func place(of name: String, _ layout: TorchLayout) -> TorchLayout.Place {
    let (layer, part) = TorchLayout.split(name)
    switch self.layout {
    case .torch: return layout.place(of: name, isApart: layers[layer] != nil)
    case .keras: return TorchLayout.Place(layer: layer, names: [part])
    }
  }

  /// Whether a weight keeps its first numbers.
  func isNew(_ name: String, _ place: TorchLayout.Place) -> Bool {
    [TorchLayout.split(name).layer, place.layer].contains { layer in
      new.contains { NamePattern($0).match(layer) != nil }
    }
  }

  /// One problem for each rule that names no layer, which is a slip of the pen.
  ///
  /// - Parameter own: the layers here that have weights.
  func unused(_ own: [String]) -> [Problem] {
    // A part of a layer belongs to it: `block/hidden` to `block`.
    let all = Set(
      own.flatMap { layer in
        let words = layer.split(separator: "/").map(String.init)
        return words.indices.map { words[...$0].joined(separator: "/") }
      })
    let layers = all.sorted()
    func problem(_ setting: String, _ name: String) -> Problem? {
      // A pattern may be meant for larger networks too.
      guard !name.contains("*"), !all.contains(name) else { return nil }
      return Problem.data(
        "map.\(setting)", expected: "the name of a layer with weights",
        found: "`\(name)`, which this network has not",
        fix: name.nearest(among: layers).map { "write `\($0)`" }
          ?? "the layers are \(layers.prefix(20).joined(separator: ", "))")
    }
    return self.layers.keys.sorted().compactMap { problem("layers", $0) }
      + new.compactMap { problem("new", $0) }
  }
}
