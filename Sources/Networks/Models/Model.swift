public import Engine

/// A network together with its weights: a value that can be copied, stored and used for predictions.
public struct Model: Sendable {
  /// The layers.
  public let network: any Layer
  /// The shape of one example, without the batch.
  public let inputShape: TensorShape
  /// What the network was or will be trained for; says what its output means.
  public let loss: any Loss
  /// Numbers by name, `layer/kernel`, in the order of first use.
  public private(set) var tensors: [(name: String, tensor: Tensor)]
  /// How many numbers the network makes for one example.
  public let outputCount: Int

  /// A network with its first weights.
  ///
  /// - Parameter seed: the same seed gives the same weights.
  /// - Throws: `Problem` where layers do not fit, with the layer's path, or memory is too small.
  public init(_ network: any Layer, inputShape: TensorShape, loss: any Loss, seed: UInt64 = 1)
    throws
  {
    let graph = try Self.forward(network, inputShape, batch: 1).graph
    try VariableStore.check(graph.variables)
    var generator = RandomGenerator(seed: seed, for: .weights)
    let store = try VariableStore(graph.variables, generator: &generator)
    try self.init(network, inputShape: inputShape, loss: loss, tensors: store.snapshot())
  }

  /// A network with given weights.
  /// - Throws: `Problem` if a tensor is missing, unknown or of the wrong shape.
  public init(
    _ network: any Layer, inputShape: TensorShape, loss: any Loss,
    tensors: [(name: String, tensor: Tensor)]
  ) throws {
    let (graph, output) = try Self.forward(network, inputShape, batch: 1)
    self.network = network
    self.inputShape = inputShape
    self.loss = loss
    self.tensors = []
    outputCount = output.shape.count
    try replaceTensors(tensors, expected: graph.variables)
  }

  static func forward(
    _ network: any Layer, _ inputShape: TensorShape, batch: Int
  ) throws -> (graph: Graph, output: Node) {
    let graph = Graph()
    let shape = try TensorShape(checking: [batch] + inputShape.extents, at: "input")
    guard inputShape.count > 0 else {
      throw Problem.shape(
        "input", expected: "an input of at least 1 number along every axis", found: "\(inputShape)")
    }
    let input = try graph.input(LearningCycle.inputName, shape: shape)
    let output = try network(input)
    try check(graph, batch: batch)
    return (graph, output)
  }

  /// Nothing is computed yet, so a value that no memory holds costs nothing up to here.
  private static func check(_ graph: Graph, batch: Int) throws {
    let largest = NetworkLimits.valuesOfExample
    for node in graph.nodes where node.shape.count / max(1, batch) > largest {
      // Weights are counted together, against memory.
      if case .variable = node.source { continue }
      throw Problem.shape(
        node.path.isEmpty ? "input" : node.path,
        expected: "at most \(largest) numbers for one example", found: "shape \(node.shape)",
        fix: "make it smaller: shorter inputs, fewer units or filters, less padding")
    }
  }

  private mutating func replaceTensors(
    _ new: [(name: String, tensor: Tensor)], expected: [Variable]
  ) throws {
    let known = Dictionary(new.map { ($0.name, $0.tensor) }) { first, _ in first }
    var problems: [Problem] = []
    for variable in expected where known[variable.name]?.shape != variable.shape {
      problems.append(
        Problem.shape(
          variable.name, expected: "a tensor of shape \(variable.shape)",
          found: known[variable.name].map { "\($0.shape)" } ?? "none"))
    }
    let names = Set(expected.map(\.name))
    for (name, _) in new where !names.contains(name) {
      problems.append(Problem.shape(name, expected: "no such tensor in this network", found: "one"))
    }
    try Problem.throwIfAny(problems)
    tensors = expected.map { ($0.name, known[$0.name]!) }
  }

  /// What the network makes of one example, without the batch.
  public var outputShape: TensorShape {
    get throws {
      let output = try Self.forward(network, inputShape, batch: 1).output.shape
      return try TensorShape(checking: Array(output.extents.dropFirst()))
    }
  }

  /// How many classes an example is answered with: one, or one for each step where the network keeps them.
  package var classesOfExample: Int {
    get throws {
      let output = try outputShape
      return loss.hasClassTargets && output.rank == 2 ? output[0] : 1
    }
  }

  /// The path of the first layer that, while it learns, computes with statistics of the batch, of which
  /// one example has none; nil for none.
  package var layerOfBatchStatistics: String? {
    get throws {
      try ForwardPass(network, inputShape: inputShape, batch: 2, loss: loss, isTraining: true)
        .graph.layerOfBatchStatistics
    }
  }

  /// The same network with other weights.
  /// - Throws: `Problem` if a tensor is missing, unknown or of the wrong shape.
  public func with(_ tensors: [(name: String, tensor: Tensor)]) throws -> Model {
    try Model(network, inputShape: inputShape, loss: loss, tensors: tensors)
  }

  /// How many numbers are learned or kept.
  public var parameterCount: Int { tensors.reduce(0) { $0 + $1.tensor.shape.count } }

  /// A fingerprint of all weights: names, shapes and bits.
  public var weightsSHA256: String { Self.sha256(of: tensors) }

  static func sha256(of tensors: [(name: String, tensor: Tensor)]) -> String {
    var hash = SHA256()
    for (name, tensor) in tensors {
      hash.update(Array("\(name) \(tensor.shape)\n".utf8))
      tensor.values.withUnsafeBytes { hash.update($0) }
    }
    return SHA256.text(hash.finalize())
  }

  /// Memory with this model's weights for programs to share.
  ///
  /// - Parameter others: further variables, such as an optimiser's state, which get their first values.
  package func store(adding others: [Variable] = []) throws -> VariableStore {
    var generator = RandomGenerator(seed: 0)
    let own = tensors.map { name, tensor in
      Variable(name, shape: tensor.shape, isTrainable: true) { _ in tensor }
    }
    let names = Set(own.map(\.name))
    let all = own + others.filter { !names.contains($0.name) }
    try VariableStore.check(all)
    return try VariableStore(all, generator: &generator)
  }
}
