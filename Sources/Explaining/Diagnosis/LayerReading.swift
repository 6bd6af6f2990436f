import Engine
import Networks

/// The learning layers of a network, found in its graph: a weighted sum with a kernel, and the
/// activation function that follows it, wherever in the user's layers the two are written.
struct LayerReading {
  let name: String
  let kernel: String
  /// The weighted sum with its bias.
  let sum: Node
  /// What the layer hands on; the sum itself where no function follows.
  let activation: Node
  /// The op of the function; nil where none follows.
  let function: (any Op)?

  /// - Parameter output: the end of the forward pass; later nodes are not looked at.
  static func layers(of graph: Graph, upTo output: Node) -> [LayerReading] {
    let forward = 0...output.id
    var readers: [[Int]] = graph.records.map { _ in [] }
    for id in forward { for input in graph.records[id].inputs { readers[input].append(id) } }
    return forward.flatMap { id -> [(Int, String)] in
      guard case .variable(let variable) = graph.records[id].source, variable.shape.rank >= 2
      else { return [] }
      return readers[id].map { ($0, variable.name) }
    }
    .sorted { $0.0 < $1.0 }
    .map { product, kernel in follow(product, kernel, in: graph, readers) }
  }

  private static func follow(
    _ product: Int, _ kernel: String, in graph: Graph, _ readers: [[Int]]
  ) -> LayerReading {
    var sum = product
    while readers[sum].count == 1, let next = readers[sum].first,
      case .op(let op) = graph.records[next].source
    {
      if isActivation(op) {
        return LayerReading(graph, kernel, path: product, sum: sum, activation: next, op)
      }
      guard op is Reshape || op is Add && addsBias(next, to: sum, graph) else { break }
      sum = next
    }
    return LayerReading(graph, kernel, path: product, sum: sum, activation: sum, nil)
  }

  private init(
    _ graph: Graph, _ kernel: String, path: Int, sum: Int, activation: Int, _ function: (any Op)?
  ) {
    let path = graph.records[path].path
    name = path.isEmpty ? kernel : path
    self.kernel = kernel
    self.sum = Node(graph: graph, id: sum)
    self.activation = Node(graph: graph, id: activation)
    self.function = function
  }

  private static func isActivation(_ op: any Op) -> Bool {
    op is PReLU || ActivationFunction.all.contains { type(of: $0.op) == type(of: op) }
  }

  private static func addsBias(_ add: Int, to sum: Int, _ graph: Graph) -> Bool {
    graph.records[add].inputs.contains { input in
      guard input != sum else { return false }
      var id = input
      while case .op = graph.records[id].source, graph.records[id].inputs.count == 1 {
        id = graph.records[id].inputs[0]
      }
      if case .variable = graph.records[id].source { return true }
      return false
    }
  }
}
