package import Engine

extension Penalty {
  /// The penalty of a network's tensors, by the formula that training adds to the loss, in `Double`.
  package func value(of tensors: [(name: String, tensor: Tensor)]) throws -> Double {
    try tensors.filter { Self.isOfKernel($0.name, $0.tensor.shape) }.reduce(0) { total, entry in
      let graph = Graph()
      let kernel = try graph.input(entry.name, shape: entry.tensor.shape)
      guard let part = try self(kernel) else { return total }
      let numbers = entry.tensor.values.map(Double.init)
      return total + (try graph.evaluate([part], feeding: [entry.name: numbers]))[0][0]
    }
  }
}
