import Engine

/// The loss of a graph by its definitions, in 64 bits, again and again with one number changed. Only
/// what depends on the changed number is computed anew.
struct Reevaluation {
  let graph: Graph
  let loss: Node
  private let order: [Int]
  private let base: [Int: [Branched]]

  /// - Throws: `DataProblem` when an input or variable has no value.
  init(_ graph: Graph, loss: Node, feeds: [String: [Double]]) throws {
    self.graph = graph
    self.loss = loss
    order = graph.needed(for: [loss.id])
    let values = try graph.evaluate(
      order.map { Node(graph: graph, id: $0) },
      feeding: feeds.mapValues { $0.map { Branched($0) } })
    base = Dictionary(zip(order, values)) { first, _ in first }
  }

  /// The nodes between a changed node and the loss, in order.
  func dependents(of node: Int) -> [Int] {
    var found: Set = [node]
    for id in order where graph.records[id].inputs.contains(where: found.contains) {
      found.insert(id)
    }
    return order.filter { found.contains($0) && $0 != node }
  }

  /// The loss with one element of a node moved.
  func loss(
    moving node: Int, _ element: Int, by step: Double, through dependents: [Int]
  ) -> Branched {
    values(moving: node, element, by: step, through: dependents)[loss.id]?[0] ?? Branched(.nan)
  }

  /// The new values of all that depends on the moved element.
  func values(
    moving node: Int, _ element: Int, by step: Double, through dependents: [Int]
  ) -> [Int: [Branched]] {
    var new: [Int: [Branched]] = [:]
    var moved = base[node] ?? []
    moved[element] = Branched(moved[element].real + step)
    new[node] = moved
    for id in dependents {
      let record = graph.records[id]
      guard case .op(let op) = record.source else { continue }
      let inputs = record.inputs.map {
        Cells(shape: graph.records[$0].shape, values: new[$0] ?? base[$0] ?? [])
      }
      new[id] = Self.cells(op, record.shape.count, inputs)
    }
    if new[loss.id] == nil { new[loss.id] = base[loss.id] }
    return new
  }

  private static func cells(
    _ op: some Op, _ count: Int, _ inputs: [Cells<Branched>]
  ) -> [Branched] {
    (0..<count).map { op.value(at: $0, inputs) }
  }

  /// The first value whose decisions differ between two moves: which op, and which of its cells.
  func kink(
    moving node: Int, _ element: Int, between low: Double, and high: Double,
    through dependents: [Int]
  ) -> String? {
    let below = values(moving: node, element, by: low, through: dependents)
    let above = values(moving: node, element, by: high, through: dependents)
    for id in dependents {
      guard let a = below[id], let b = above[id],
        let cell = a.indices.first(where: { a[$0].trail != b[$0].trail })
      else { continue }
      let position = graph.records[id].shape.position(ofFlatIndex: cell).map { "\($0 + 1)" }
      return Node(graph: graph, id: id).description
        + (position.isEmpty ? "" : " at \(position.joined(separator: ","))")
    }
    return nil
  }
}
