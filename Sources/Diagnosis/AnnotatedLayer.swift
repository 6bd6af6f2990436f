import Engine
import Networks

/// The learning layers of a network, found in its graph: a weighted sum with a kernel, and the
/// activation function that follows it, wherever in the user's layers the two are written.
struct AnnotatedLayer {
  let name: String
  let kernel: String
  /// The weighted sum with its bias; the state of a recurrent layer.
  let sum: Node
  /// What the layer hands on; the sum itself where no function of single numbers follows.
  let activation: Node
  /// What follows the sum: the op of a function, or the scan of a recurrent layer, whose gates take
  /// sums that are not seen outside; nil where the sum is handed on.
  let function: (any Op)?
  /// How many weighted sums, or states, an example (or a step or place of it) gets.
  let units: Int
  /// How many members have a kernel of their own in it; 1 for a plain layer.
  let members: Int

  /// - Parameter output: the end of the forward pass; later nodes are not looked at.
  static func layers(of graph: Graph, upTo output: Node) -> [AnnotatedLayer] {
    let forward = 0...output.id
    var readers: [[Int]] = graph.records.map { _ in [] }
    for id in forward { for input in graph.records[id].inputs { readers[input].append(id) } }
    /// The sums that have a variable as their kernel; others, such as a bias, make none.
    func products(_ id: Int) -> [Int] {
      readers[id].flatMap { reader -> [Int] in
        guard case .op(let op) = graph.records[reader].source else { return [] }
        if op is Ops.Reshape { return products(reader) }
        let isSum =
          op is Ops.MatrixProduct || op is Ops.BatchedMatrixProduct || op is Ops.Convolution
          || op is Ops.RecurrentScan
        return isSum && graph.records[reader].inputs[1] == id ? [reader] : []
      }
    }
    return forward.flatMap { id -> [(Int, String)] in
      guard case .variable(let variable) = graph.records[id].source else { return [] }
      return products(id).map { ($0, variable.name) }
    }
    .sorted { $0.0 < $1.0 }
    .map { product, kernel in follow(product, kernel, in: graph, readers) }
  }

  private static func follow(
    _ product: Int, _ kernel: String, in graph: Graph, _ readers: [[Int]]
  ) -> AnnotatedLayer {
    if case .op(let scan as Ops.RecurrentScan) = graph.records[product].source {
      // Its gates take the sums inside; what others see is the state, cut out of what it keeps.
      let state = readers[product].first ?? product
      return AnnotatedLayer(graph, kernel, state, sum: state, activation: state, scan)
    }
    var sum = product
    while readers[sum].count == 1, let next = readers[sum].first,
      case .op(let op) = graph.records[next].source
    {
      if isActivation(op) {
        return AnnotatedLayer(graph, kernel, product, sum: sum, activation: next, op)
      }
      guard
        op is Ops.Reshape || op is Ops.Transpose || op is Ops.Add && addsBias(next, to: sum, graph)
      else { break }
      sum = next
    }
    return AnnotatedLayer(graph, kernel, product, sum: sum, activation: sum, nil)
  }

  private init(
    _ graph: Graph, _ kernel: String, _ product: Int, sum: Int, activation: Int,
    _ function: (any Op)?
  ) {
    let (path, shape) = (graph.records[product].path, graph.records[product].shape)
    name = path.isEmpty ? kernel : path
    units = shape.extents.last ?? 1
    if case .op(is Ops.BatchedMatrixProduct) = graph.records[product].source {
      members = shape[0]
    } else {
      members = 1
    }
    self.kernel = kernel
    self.sum = Node(graph: graph, id: sum)
    self.activation = Node(graph: graph, id: activation)
    self.function = function
  }

  private static func isActivation(_ op: any Op) -> Bool {
    op is Ops.PReLU || op is any ActivationOp
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
