package import Engine
package import Networks

/// The weights of a network by the names, and in the layout, of another program.
package struct WeightsExport {
  /// In the order of their first use.
  package let tensors: [(name: String, tensor: Tensor)]
  /// What a reader should know of them, in sentences.
  package let notes: [String]
  private let layout: NameRules.Layout

  /// - Parameter rules: what layers are called there; `by_order`, `ignore` and `new` say nothing here.
  /// - Throws: `Problem` for two weights of one name there, all together.
  package init(_ model: Model, by rules: NameRules) throws {
    guard !rules.byOrder else {
      throw Problem.data(
        "map.by_order", expected: "names of layers, where weights are written", found: "true",
        fix: "name the layers under `layers`")
    }
    layout = rules.layout
    let writing = try Writing(model, rules)
    var problems = rules.unused(model.tensors.map { TorchLayout.split($0.name).layer })
    var names: Set<String> = []
    for (name, _) in writing.tensors where !names.insert(name).inserted {
      problems.append(
        Problem.data(
          "map", expected: "a name of its own for each weight", found: "`\(name)` twice",
          fix: "give the layers names that differ"))
    }
    try Problem.throwIfAny(problems)
    tensors = writing.tensors
    notes = rules.layout == .torch ? Self.notes(model, writing.unknown) : []
  }

  // MARK: What is said

  /// PyTorch's ε of normalisations.
  private static let usualEpsilon = 1e-5

  private static func notes(_ model: Model, _ unknown: [String]) -> [String] {
    var notes: [String] = []
    if !unknown.isEmpty {
      notes.append(
        "PyTorch has no layer for \(unknown.prefix(8).joined(separator: ", "))"
          + (unknown.count > 8 ? " and \(unknown.count - 8) more" : "")
          + ": they stand under names of their own")
    }
    let all = model.layers.flattened
    let epsilons = Set(
      all.compactMap { layer -> Double? in
        switch layer {
        case let norm as BatchNorm: norm.epsilon
        case let norm as LayerNorm: norm.epsilon
        case let block as TransformerBlock: block.epsilon
        default: nil
        }
      })
    for epsilon in epsilons.sorted() where epsilon != usualEpsilon {
      notes.append("normalisations have eps=\(epsilon), which PyTorch's must be given")
    }
    let halves = all.compactMap { $0 as? BatchNorm }.count { $0.centers != $0.scales }
    if halves > 0 {
      notes.append(
        "\(halves) batch normalisations have only one of weight and bias; PyTorch's has both: add 1 or 0"
      )
    }
    return notes
  }

  // MARK: The file

  /// As a safetensors file, which says in its metadata that it holds weights and how they lie.
  package var file: SafeTensors {
    SafeTensors(
      tensors.map { SafeTensors.Entry($0.name, $0.tensor) },
      metadata: ["layout": layout.rawValue, "notes": notes.joined(separator: "\n")])
  }
}

/// Weights as they are written, those that share a tensor there together.
private struct Writing {
  private(set) var tensors: [(name: String, tensor: Tensor)] = []
  /// Names here of those that PyTorch has no place for.
  private(set) var unknown: [String] = []
  /// Where a tensor that several share stands, and their rows.
  private var shared: [String: (place: Int, parts: [Tensor?])] = [:]

  init(_ model: Model, _ rules: NameRules) throws {
    let layout = try TorchLayout(model)
    for (name, tensor) in model.tensors {
      let place = rules.place(of: name, layout)
      let there = rules.theirs(place.layer)
      if rules.layout == .keras {
        tensors.append(("\(there)/\(place.names[0])", tensor))
        continue
      }
      if !place.isKnown { unknown.append(name) }
      let names = place.names(below: there)
      let parts = try place.written(tensor)
      if let share = place.share {
        add(parts[0], at: share.index, of: share.count, names[0])
      } else {
        tensors += zip(names, parts).map { ($0, $1) }
      }
    }
    for (_, (place, parts)) in shared {
      tensors[place].tensor = try Self.joined(parts.compactMap(\.self))
    }
  }

  private mutating func add(_ part: Tensor, at index: Int, of count: Int, _ name: String) {
    if shared[name] == nil {
      shared[name] = (tensors.count, [Tensor?](repeating: nil, count: count))
      tensors.append((name, part))
    }
    shared[name]?.parts[index] = part
  }

  /// One tensor whose rows are those of all.
  private static func joined(_ parts: [Tensor]) throws -> Tensor {
    let rows = parts.reduce(0) { $0 + $1.shape[0] }
    return try Tensor(
      TensorShape(checking: [rows] + parts[0].shape.extents.dropFirst()), parts.flatMap(\.values))
  }
}
