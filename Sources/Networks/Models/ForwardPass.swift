public import Engine

/// The forward pass and the loss of a batch.
public struct ForwardPass {
  /// Everything below is a node of it.
  public let graph: Graph
  /// What the network is given, `[batch]` and the shape of one example.
  public let input: Node
  /// What the loss compares with: class indices `[batch]`, or `[batch, steps]` where the network answers
  /// at every step, else of the output's shape.
  public let target: Node
  /// How much each example, or each step with a class of its own, counts: `[batch]` or `[batch, steps]`; nil where all count the same.
  public let weights: Node?
  /// What the network makes, before any ``Loss/prediction(_:)``.
  public let output: Node
  /// The loss of the batch, a scalar; in training, of a network that has members (see `Node.members`), the
  /// mean of their losses.
  public let loss: Node

  /// - Parameters:
  ///   - keepsStatistics: see `Graph.keepsStatistics`.
  ///   - normalizesByBatch: see `Graph.normalizesByBatch`.
  /// - Throws: `Problem` where layers do not fit.
  public init(
    _ network: any Layer, inputShape: TensorShape, batch: Int, loss: any Loss, isTraining: Bool,
    keepsStatistics: Bool? = nil, normalizesByBatch: Bool? = nil, isWeighted: Bool = false
  ) throws {
    graph = Graph(
      isTraining: isTraining, keepsStatistics: keepsStatistics,
      normalizesByBatch: normalizesByBatch)
    input = try graph.input(
      LearningCycle.inputName, shape: TensorShape(checking: [batch] + inputShape.extents))
    output = try network.named(in: input)
    let targetShape = try loss.targetShape(of: output.shape)
    target = try graph.input(LearningCycle.targetName, shape: targetShape)
    let weightShape = loss.hasClassTargets ? targetShape : try TensorShape(checking: [batch])
    weights =
      isWeighted ? try graph.input(LearningCycle.weightsName, shape: weightShape) : nil
    self.loss =
      if isTraining, let members = output.members {
        try Self.loss(loss, of: members, target, weights)
      } else {
        try loss(output, target: target, weights: weights)
      }
  }

  /// The mean of the members' losses: each is an example of its own.
  private static func loss(
    _ loss: any Loss, of members: Node, _ target: Node, _ weights: Node?
  ) throws -> Node {
    let (batch, count) = (members.shape[0], members.shape[1])
    func forEach(_ node: Node) throws -> Node {
      let rest = Array(node.shape.extents.dropFirst())
      let all = try TensorShape(checking: [batch, count] + rest)
      return try node.repeated(to: all, axes: [0] + Array(2..<2 + rest.count))
        .reshaped(to: TensorShape(checking: [batch * count] + rest))
    }
    let answers = try members.reshaped(
      to: TensorShape(checking: [batch * count] + Array(members.shape.extents.dropFirst(2))))
    return try loss(answers, target: forEach(target), weights: weights.map(forEach))
  }
}
