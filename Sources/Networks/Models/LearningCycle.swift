import Engine

/// A penalty on large weights, added to the loss: l1 · Σ|w| + l2 · Σw² over all kernels, see
/// ``isOfKernel(_:_:)``. That is Keras's convention; PyTorch's `weight_decay` d is l2 = d ÷ 2.
public struct Penalty: Sendable, Hashable, Codable {
  public var l1: Double
  public var l2: Double

  /// 0 for none.
  public init(l1: Double = 0, l2: Double = 0) {
    self.l1 = l1
    self.l2 = l2
  }

  /// Is a tensor one that weights something: of at least two axes, and no bias?
  public static func isOfKernel(_ name: String, _ shape: TensorShape) -> Bool {
    shape.rank >= 2 && name.split(separator: "/").last != "bias"
  }

  func callAsFunction(_ parameter: Node) throws -> Node? {
    let axes = 0..<parameter.shape.rank
    let absolute = l1 == 0 ? nil : try Ops.Sum(axes: axes)(Ops.Absolute()(parameter)) * l1
    let square = l2 == 0 ? nil : try Ops.Sum(axes: axes)(parameter * parameter) * l2
    guard let absolute, let square else { return absolute ?? square }
    return try absolute + square
  }
}

/// One learning cycle as a value: forward pass, loss, gradients and the update of the parameters in
/// one graph. The same graph is run, checked and explained.
public struct LearningCycle {
  /// Names of the graph's inputs.
  public static let inputName = "input"
  public static let targetName = "target"
  public static let weightsName = "example weights"

  public let graph: Graph
  /// What the network makes, before any ``Loss/prediction(_:)``.
  public let output: Node
  /// The loss of the batch, penalty included.
  public let loss: Node
  /// The parameters, in the order of their first use.
  public let parameters: [Node]
  /// ∂loss/∂parameter, in the same order.
  public let gradients: [Node]

  /// Writes the cycle down for one batch size.
  ///
  /// - Parameters:
  ///   - inputShape: of one example, without the batch.
  ///   - optimizer: nil for a cycle that ends with the gradients and changes nothing.
  ///   - isWeighted: are there example weights?
  /// - Throws: `Problem` where layers do not fit.
  public init(
    _ network: any Layer, inputShape: TensorShape, batch: Int, loss: any Loss,
    optimizer: Optimizer?,
    penalty: Penalty = Penalty(), isWeighted: Bool = false
  ) throws {
    let forward = try ForwardPass(
      network, inputShape: inputShape, batch: batch, loss: loss, isTraining: true,
      keepsStatistics: optimizer != nil, isWeighted: isWeighted)
    graph = forward.graph
    output = forward.output
    parameters = try graph.variables.filter(\.isTrainable).map { try forward.graph.variable($0) }
    var total = forward.loss
    for parameter in parameters
    where Penalty.isOfKernel(parameter.variableName ?? "", parameter.shape) {
      if let part = try penalty(parameter) { total = try total + part }
    }
    self.loss = total
    gradients = try graph.gradients(of: total, withRespectTo: parameters)
    try optimizer?.update(parameters, gradients: gradients, in: graph)
  }
}

/// The forward pass and the loss of a batch.
public struct ForwardPass {
  public let graph: Graph
  public let output: Node
  public let loss: Node

  /// - Parameter keepsStatistics: see ``Graph/keepsStatistics``.
  /// - Throws: `Problem` where layers do not fit.
  public init(
    _ network: any Layer, inputShape: TensorShape, batch: Int, loss: any Loss, isTraining: Bool,
    keepsStatistics: Bool? = nil, isWeighted: Bool = false
  ) throws {
    graph = Graph(isTraining: isTraining, keepsStatistics: keepsStatistics)
    let input = try graph.input(
      LearningCycle.inputName, shape: TensorShape(checking: [batch] + inputShape.extents))
    output = try network(input)
    let targetShape = loss.hasClassTargets ? try TensorShape(checking: [batch]) : output.shape
    let target = try graph.input(LearningCycle.targetName, shape: targetShape)
    let weights =
      isWeighted
      ? try graph.input(LearningCycle.weightsName, shape: TensorShape(checking: [batch])) : nil
    self.loss = try loss(output, target: target, weights: weights)
  }
}
