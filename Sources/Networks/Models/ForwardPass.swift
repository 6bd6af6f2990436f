public import Engine

/// The forward pass and the loss of a batch.
public struct ForwardPass {
  /// Everything below is a node of it.
  public let graph: Graph
  /// What the network is given, `[batch]` and the shape of one example.
  public let input: Node
  /// What the loss compares with: class indices `[batch]`, or of the output's shape.
  public let target: Node
  /// How much each example counts, `[batch]`; nil where all count the same.
  public let weights: Node?
  /// What the network makes, before any ``Loss/prediction(_:)``.
  public let output: Node
  /// The loss of the batch, a scalar.
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
    let targetShape = loss.hasClassTargets ? try TensorShape(checking: [batch]) : output.shape
    target = try graph.input(LearningCycle.targetName, shape: targetShape)
    weights =
      isWeighted
      ? try graph.input(LearningCycle.weightsName, shape: TensorShape(checking: [batch])) : nil
    self.loss = try loss(output, target: target, weights: weights)
  }
}
