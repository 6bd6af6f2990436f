import Engine
import Networks

/// A network from elsewhere as layers one after another, each with its weights, named after what is in them: so
/// that it can be read, left alone in parts, and given a new last layer.
///
/// A part that computes what a layer of the catalog computes is that layer (``SameComputation``); what else there is
/// stays a ``GraphLayer``.
struct ImportedLayers {
  private(set) var layers: [any Layer] = []
  private(set) var tensors: [(name: String, tensor: Tensor)] = []
  private var counts: [String: Int] = [:]
  private let weights: [String: Tensor]
  private let built: BuiltLayers

  /// Whether a part of it was not searched, because it is so large.
  var isSearched: Bool { built.left > 0 }

  /// How deep layers that hold others are looked into.
  private static let deepest = 8
  /// The most cuts from the input of a layer to its result.
  private static let mostCuts = 12

  /// - Parameter weights: by their names in the recording.
  init(_ recording: GraphRecording, _ weights: [String: Tensor]) throws {
    (self.weights, built) = (weights, BuiltLayers())
    try add(recording, depth: 0)
  }

  /// The layers of a part of a network, whose names go on from those that there are.
  private init(_ recording: GraphRecording, inside outer: ImportedLayers, depth: Int) throws {
    (weights, counts, built) = (outer.weights, outer.counts, outer.built)
    try add(recording, depth: depth)
  }

  private mutating func add(_ recording: GraphRecording, depth: Int) throws {
    let graph = try SearchedGraph(recording)
    let last = recording.entries.count - 1
    guard graph.depends.contains(true) else { return try addOps(recording) }
    // What is not known yet begins here.
    var open = graph.start
    var cut = 0
    while cut < graph.cuts.count - 1 {
      guard let found = try find(graph.from(graph.cuts[cut]), cut, depth) else {
        cut += 1
        continue
      }
      if open < graph.cuts[cut] { try addOps(recording.part(from: open, to: graph.cuts[cut])) }
      take(found)
      open = found.end
      while graph.cuts[cut] < found.end { cut += 1 }
    }
    if open < last || layers.isEmpty { try addOps(recording.part(from: open, to: last)) }
  }

  // MARK: Layers that are known

  /// Layers that compute what stands between two cuts.
  private struct Found {
    let layers: [any Layer]
    /// By the names that they have, with `counts` as they then are; nil for names that are still to be given.
    let tensors: [(name: String, tensor: Tensor)]
    let end: Int
    var counts: [String: Int]?
  }

  /// The longest stretch from a value that is a layer.
  private func find(_ graph: SearchedGraph, _ cut: Int, _ depth: Int) throws -> Found? {
    let ends = graph.cuts[(cut + 1)...].prefix(Self.mostCuts)
    for end in ends.reversed() {
      guard let stretch = Stretch(graph, to: end) else { continue }
      for layers in LayerProposals.all(stretch) {
        if let found = found(layers, stretch) { return found }
      }
      if let found = try residual(stretch, depth) { return found }
    }
    return nil
  }

  /// Layers, if they compute a stretch.
  private func found(_ layers: [any Layer], _ stretch: Stretch) -> Found? {
    guard let graph = built.graph(of: layers, stretch.input),
      let same = SameComputation(graph, stretch.graph, to: stretch.end)
    else { return nil }
    let values = WeightValue(graph: stretch.graph, weights: weights)
    let tensors = try? same.weights.map {
      (name: $0.variable.name, tensor: try values.tensor($0.weight, $0.variable.shape))
    }
    return tensors.map { Found(layers: layers, tensors: $0, end: stretch.end) }
  }

  private mutating func take(_ found: Found) {
    layers += found.layers
    if let counts = found.counts {
      self.counts = counts
      return tensors += found.tensors
    }
    guard let own = found.layers.compactMap({ $0 as? any IdentifiedLayer }).first else { return }
    // The name that it gets by itself, as those of a new last layer do.
    let name = unique(type(of: own).kind)
    tensors += found.tensors.map { (name + $0.name.drop { $0 != "/" }, $0.tensor) }
  }

  // MARK: Ways past layers

  /// Layers whose result is added to their input, or to what others make of it.
  private func residual(_ stretch: Stretch, _ depth: Int) throws -> Found? {
    guard depth < Self.deepest, let (sum, activation) = Self.sum(stretch) else { return nil }
    let graph = stretch.graph
    let ends = graph.entries[sum].inputs
    guard ends.allSatisfy({ graph.depends[$0] }), ends[0] != ends[1] else { return nil }
    // The way past is the shorter one.
    let ways = ends.map { graph.recording.part(from: graph.start, to: $0) }
      .sorted { $0.entries.count > $1.entries.count }
    let names = ways.map { way in
      Set(
        way.entries.compactMap { entry -> String? in
          if case .variable(let variable) = entry.source { variable.name } else { nil }
        })
    }
    guard names[0].isDisjoint(with: names[1]), !Self.meet(ends, graph) else { return nil }
    let inner = try ImportedLayers(ways[0], inside: self, depth: depth + 1)
    var outer = inner
    (outer.layers, outer.tensors) = ([], [])
    if ways[1].entries.count > 1 { try outer.add(ways[1], depth: depth + 1) }
    guard inner.layers.contains(where: { !($0 is GraphLayer) && $0 is any IdentifiedLayer }) else {
      return nil
    }
    return Found(
      layers: [Residual(inner.layers, shortcut: outer.layers, activation: activation)],
      tensors: inner.tensors + outer.tensors, end: stretch.end, counts: outer.counts)
  }

  /// The sum that a stretch ends in, and the activation behind it.
  private static func sum(_ stretch: Stretch) -> (place: Int, ActivationFunction)? {
    guard let last = stretch.parts.last, last.place == stretch.end else { return nil }
    if last.op is Ops.Add { return (last.place, .linear) }
    let before = stretch.graph.entries[last.place].inputs[0]
    guard let function = last.op as? any ActivationOp,
      stretch.graph.entries[last.place].inputs.count == 1, stretch.graph.op(before) is Ops.Add
    else { return nil }
    return (before, ActivationFunction(function))
  }

  /// Whether both ways use a value that is made after they parted.
  private static func meet(_ ends: [Int], _ graph: SearchedGraph) -> Bool {
    let used = ends.map { end in
      var (used, open): (Set<Int>, [Int]) = ([end], [end])
      while let place = open.popLast() {
        guard place != graph.start else { continue }
        for input in graph.entries[place].inputs
        where graph.depends[input] && used.insert(input).inserted { open.append(input) }
      }
      return used.subtracting([graph.start])
    }
    return !used[0].isDisjoint(with: used[1])
  }

  // MARK: Layers of ops

  /// What no layer is known for, cut before ops with weights.
  private mutating func addOps(_ recording: GraphRecording) throws {
    for part in recording.parts(where: Self.isBeginning) {
      let name = unique(Self.name(of: part))
      layers.append(try GraphLayer(part, name: name))
      for case .variable(let variable) in part.entries.map(\.source) {
        guard let tensor = weights[variable.name] else { continue }
        tensors.append(("\(name)/\(variable.name)", tensor))
      }
    }
  }

  /// Whether an op has weights that make a layer of it.
  private static func isBeginning(_ op: any Op) -> Bool {
    op is Ops.Convolution || op is Ops.ConvolutionInputGradient || op is Ops.MatrixProduct
      || op is Ops.RecurrentScan || op is Ops.Gather
  }

  private mutating func unique(_ kind: String) -> String {
    defer { counts[kind, default: 0] += 1 }
    return counts[kind].map { "\(kind)_\($0)" } ?? kind
  }

  /// What is in a part, in a word that no kind of layer is called by, since those give themselves their names.
  private static func name(of part: GraphRecording) -> String {
    var ops: [any Op] = []
    for case .op(let op) in part.entries.map(\.source) { ops.append(op) }
    if ops.contains(where: { $0 is Ops.RecurrentScan }) { return "recurrence" }
    let begun = ops.filter(isBeginning)
    switch begun.count {
    case 0: return GraphLayer.kind
    case 1:
      if begun[0] is Ops.Convolution { return "conv" }
      if begun[0] is Ops.MatrixProduct { return "product" }
      return begun[0] is Ops.Gather ? "lookup" : "conv_transpose"
    default: return ops.contains { $0 is Ops.BatchedMatrixProduct } ? "attention_block" : "block"
    }
  }
}

extension GraphRecording.Entry {
  var isInput: Bool { if case .input = source { true } else { false } }
}
