import Engine
import Networks

/// Layers of which ONNX has one operator where the engine has several ops: normalisation, which readers know by that
/// name and other programs compute faster.
///
/// They are found as layers of imported networks are: by what they compute.
struct WholeOperators {
  /// One that is found.
  struct Found {
    let layer: any Layer
    /// The place of what it reads.
    let input: Int
    let weights: [String: SameComputation.Weight]
  }

  /// By the place of their result.
  private(set) var operators: [Int: Found] = [:]
  /// Places of ops of which they are made, which nobody else reads.
  private(set) var covered: Set<Int> = []
  private let built = BuiltLayers()

  init(_ recording: GraphRecording) throws {
    let entries = recording.entries
    // What has no root normalises nothing.
    let paths = Set(
      entries.compactMap { entry -> String? in
        guard case .op(let op) = entry.source, op is Ops.SquareRoot else { return nil }
        return entry.path
      })
    guard !paths.isEmpty else { return }
    let graph = try SearchedGraph(recording)
    let readers = recording.readers
    for path in paths where !path.isEmpty {
      let own = entries.indices.filter { entries[$0].path == path && graph.isOp($0) }
      add(own, graph, readers)
    }
  }

  private mutating func add(_ own: [Int], _ graph: SearchedGraph, _ readers: [[Int]]) {
    let inside = Set(own)
    let read = Set(own.flatMap { graph.entries[$0].inputs })
      .filter { graph.depends[$0] && !inside.contains($0) }
    let ends = own.filter { place in
      !readers[place].allSatisfy(inside.contains) || readers[place].isEmpty
    }
    guard read.count == 1, ends.count == 1, let input = read.first,
      let stretch = Stretch(graph.from(input), to: ends[0])
    else { return }
    for layers in LayerProposals.normalizations(stretch) {
      guard let layer = layers.first, let built = built.graph(of: layers, stretch.input),
        let same = SameComputation(built, stretch.graph, to: stretch.end)
      else { continue }
      operators[ends[0]] = Found(
        layer: layer, input: input,
        weights: Dictionary(
          uniqueKeysWithValues: same.weights.map { weight in
            (String(weight.variable.name.split(separator: "/").last ?? ""), weight.weight)
          }))
      covered.formUnion(inside.subtracting(ends))
      return
    }
  }
}

extension SearchedGraph {
  fileprivate func isOp(_ place: Int) -> Bool {
    if case .op = entries[place].source { true } else { false }
  }
}

extension WholeOperators.Found {
  /// Adds its node.
  /// - Returns: the name of the result, and how its axes lie.
  func write(
    _ extents: BatchExtents, to export: inout GraphExport
  ) throws -> (String, GraphExport.Layout) {
    let width = extents.known.last.flatMap(\.self) ?? 1
    func weight(_ name: String, usual: Float) throws -> String {
      switch weights[name] {
      case .place(let place)?: return try export.name(of: place)
      case .number(let number)?: return repeated(number, width, &export)
      default: return repeated(usual, width, &export)
      }
    }
    if let norm = layer as? LayerNorm {
      let names = [
        try export.name(of: input), try weight("gamma", usual: 1), try weight("beta", usual: 0),
      ]
      let settings: [String: ONNXAttribute] = [
        "axis": .integer(-1), "epsilon": .float(Float(norm.epsilon)),
      ]
      return (export.add("LayerNormalization", names, settings), .ours)
    }
    let epsilon = (layer as? BatchNorm)?.epsilon ?? 0
    let parameters = [
      try weight("gamma", usual: 1), try weight("beta", usual: 0),
      try weight("moving_mean", usual: 0), try weight("moving_variance", usual: 1),
    ]
    func normalized(_ name: String) -> String {
      export.add("BatchNormalization", [name] + parameters, ["epsilon": .float(Float(epsilon))])
    }
    switch extents.known.count {
    case 4: return (normalized(try export.name(of: input, .channelsFirst)), .channelsFirst)
    case 2: return (normalized(try export.name(of: input)), .ours)
    default:
      // Its channels are the second axis of rows.
      let rows = export.add(
        "Reshape", [try export.name(of: input), export.integers([-1, width])])
      let target = export.integers(extents.known.map { $0 ?? -1 })
      return (export.add("Reshape", [normalized(rows), target]), .ours)
    }
  }

  private func repeated(_ number: Float, _ width: Int, _ export: inout GraphExport) -> String {
    export.list(
      "\(width) times \(number)", "all_\(number)",
      .floats([Float](repeating: number, count: width)), .float)
  }
}
