public import Engine

/// One learning cycle as a value: forward pass, loss, gradients and the update of the parameters in
/// one graph. The same graph is run, checked and explained.
public struct LearningCycle {
  /// Names of the graph's inputs.
  public static let inputName = "input"
  public static let targetName = "target"
  public static let weightsName = "example weights"

  /// Everything below is a node of it.
  public let graph: Graph
  /// What the network is given, `[batch]` and the shape of one example.
  public let input: Node
  /// What the loss compares with: class indices `[batch]`, or `[batch, steps]` where the network answers
  /// at every step, else of the output's shape.
  public let target: Node
  /// How much each example, or each step with a class of its own, counts: `[batch]` or `[batch, steps]`; nil where all count the same.
  public let weights: Node?
  /// The learning rate of the step, a scalar; nil for a cycle without an optimiser.
  public let rate: Node?
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
  ///   - keepsStatistics: do layers keep running statistics? As a step does if not given: only where
  ///     there is an optimiser.
  /// - Throws: `Problem` where layers do not fit.
  public init(
    _ network: any Layer, inputShape: TensorShape, batch: Int, loss: any Loss,
    optimizer: Optimizer?,
    penalty: Penalty = Penalty(), isWeighted: Bool = false, keepsStatistics: Bool? = nil
  ) throws {
    let forward = try ForwardPass(
      network, inputShape: inputShape, batch: batch, loss: loss, isTraining: true,
      keepsStatistics: keepsStatistics ?? (optimizer != nil), isWeighted: isWeighted)
    graph = forward.graph
    (input, target, weights) = (forward.input, forward.target, forward.weights)
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
    rate = optimizer == nil ? nil : graph.inputNode(named: Optimizer.rateInput)
  }

  /// The part of a cycle that ends with the loss: nothing is learned.
  package init(_ forward: ForwardPass) {
    (graph, input, target, weights) = (
      forward.graph, forward.input, forward.target, forward.weights
    )
    (output, loss) = (forward.output, forward.loss)
    (rate, parameters, gradients) = (nil, [], [])
  }
}

extension Graph {
  /// The input of a name; nil if there is none.
  func inputNode(named name: String) -> Node? {
    records.firstIndex { if case .input(name) = $0.source { true } else { false } }
      .map { Node(graph: self, id: $0) }
  }
}
