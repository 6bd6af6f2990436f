package import Engine

/// A part of a network as a plain graph of ops: what was brought from elsewhere, or written by code that no file
/// names.
///
/// Its nodes hold for any batch; every other extent is fixed. They compute as in inference, also while their
/// weights learn: nothing is dropped, and what normalises does so by the statistics it came with.
package struct GraphLayer: IdentifiedLayer {
  package static let kind = "graph"
  package static var usual: Self { Self(nodes: []) }
  package static var settings: [Setting<Self>] { [.required("nodes", \.nodes), .name] }

  /// In an order in which they can be computed; the last is the result.
  package var nodes: [GraphNode]
  package var identity: LayerIdentity

  package init(nodes: [GraphNode], name: String? = nil) {
    self.nodes = nodes
    identity = LayerIdentity(name: name)
  }

  package var detail: String {
    let count = nodes.reduce(0) { if case .op = $1.source { $0 + 1 } else { $0 } }
    return "\(count) op\(count == 1 ? "" : "s")"
  }

  /// The most nodes.
  static let mostNodes = 100_000

  package func check(at location: String) throws(Problem) {
    guard nodes.count <= Self.mostNodes else {
      throw Problem.data(
        "\(location).nodes", expected: "at most \(Self.mostNodes)", found: "\(nodes.count)")
    }
  }

  package func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      let batch = input.shape.rank == 0 ? 1 : input.shape[0]
      var made: [Node] = []
      made.reserveCapacity(nodes.count)
      for (place, node) in nodes.enumerated() {
        made.append(try add(node, place, to: graph, input, made, batch))
      }
      guard let result = made.last else {
        throw Problem.shape(graph.path, expected: "at least one node", found: "none")
      }
      return result
    }
  }

  private func add(
    _ node: GraphNode, _ place: Int, to graph: Graph, _ input: Node, _ made: [Node], _ batch: Int
  ) throws -> Node {
    let shape = try node.extents?.shape(batch: batch)
    switch node.source {
    case .input:
      guard shape == nil || shape == input.shape else {
        throw Problem.shape(
          graph.path, expected: "an input of shape \(shape!), as it was made for",
          found: "\(input.shape)")
      }
      return input
    case .variable(let name, let isTrainable):
      return try graph.parameter(
        name, shape: needed(shape, place, graph), .glorotUniform, isTrainable: isTrainable)
    case .constant(let number):
      return graph.constant(number, shape: try needed(shape, place, graph))
    case .op(let op, let inputs):
      guard !inputs.isEmpty, inputs.allSatisfy(made.indices.contains) else {
        throw Problem.shape(
          "\(graph.path): node \(place)", expected: "inputs that are nodes before it",
          found: "\(inputs)")
      }
      let known = op is any ShapedOp ? op.of(try needed(shape, place, graph)) : op
      return try known.apply(to: inputs.map { made[$0] })
    }
  }

  private func needed(
    _ shape: TensorShape?, _ place: Int, _ graph: Graph
  ) throws -> TensorShape {
    guard let shape else {
      throw Problem.shape("\(graph.path): node \(place)", expected: "its extents", found: "none")
    }
    return shape
  }
}

extension GraphLayer {
  /// What a recording holds.
  ///
  /// - Throws: `Problem` for ops that no file can hold.
  package init(_ recording: GraphRecording, name: String? = nil) throws {
    self.init(nodes: try recording.entries.map { try $0.node }, name: name)
  }
}

extension GraphRecording.Entry {
  fileprivate var node: GraphNode {
    get throws {
      switch source {
      case .input: GraphNode(.input, extents: extents)
      case .variable(let variable):
        GraphNode(
          .variable(name: variable.name, isTrainable: variable.isTrainable), extents: extents)
      case .constant(let number): GraphNode(.constant(number), extents: extents)
      case .op(let op):
        GraphNode(
          .op(try op.stored, inputs: inputs), extents: op is any ShapedOp ? extents : nil)
      }
    }
  }
}

extension Op {
  /// The same op, as a file can hold it.
  fileprivate var stored: any StoredOp {
    get throws {
      guard let op = self as? any StoredOp else {
        throw Problem.shape(
          Self.name, expected: "an op that a file can hold", found: "\(Self.self)",
          fix: "let it conform to StoredOp")
      }
      return op
    }
  }
}
