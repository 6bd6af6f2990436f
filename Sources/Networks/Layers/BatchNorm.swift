public import Engine

/// Brings each value of the last axis to mean 0 and variance 1 over the batch, then scales and
/// shifts it by what is learned (Ioffe and Szegedy 2015).
///
/// y = γ · (x − μ) ÷ √(σ² + ε) + β. While learning, μ and σ² are those of the batch, over all axes
/// but the last and without the steps that the mask of a sequence leaves out, and the running
/// statistics follow them: m · running + (1 − m) · batch, once for each use of the layer; no batch of a
/// training is then one example, whose variance is 0. Otherwise,
/// and while frozen, μ and σ² are the running ones. Defaults, names and the variance (divided by n)
/// are Keras's; PyTorch's momentum is 1 − m and its running variance is divided by n − 1.
public struct BatchNorm: IdentifiedLayer {
  public static let kind = "batch_norm"
  public static var usual: Self { Self() }
  public static var settings: [Setting<Self>] {
    [
      .usual("momentum", \.momentum, in: NetworkLimits.share),
      .usual("epsilon", \.epsilon, in: NetworkLimits.above0), .usual("center", \.centers),
      .usual("scale", \.scales), .usual("trainable", \.isTrainable), .name,
    ]
  }

  /// How much of the running statistics each step keeps.
  public var momentum: Double
  /// ε.
  public var epsilon: Double
  /// Is there a β?
  public var centers: Bool
  /// Is there a γ?
  public var scales: Bool
  /// False for a frozen layer: nothing learned, running statistics used and left alone.
  public var isTrainable: Bool
  public var identity: LayerIdentity

  /// - Parameter name: the beginning of its tensors' names; `batch_norm`, … if not given.
  public init(
    momentum: Double = 0.99, epsilon: Double = 1e-3, centers: Bool = true, scales: Bool = true,
    isTrainable: Bool = true, name: String? = nil
  ) {
    self.momentum = momentum
    self.epsilon = epsilon
    self.centers = centers
    self.scales = scales
    self.isTrainable = isTrainable
    identity = LayerIdentity(name: name)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      guard input.shape.rank >= 2, (0...1).contains(momentum), epsilon > 0 else {
        throw Problem.shape(
          graph.path,
          expected: "an input of shape [batch, …, width], momentum from 0 to 1, epsilon above 0",
          found: "shape \(input.shape), momentum \(momentum), epsilon \(epsilon)")
      }
      let width = try TensorShape(checking: [input.shape[input.shape.rank - 1]])
      let rows = try input.reshaped(
        to: TensorShape(checking: [input.shape.count / max(1, width[0]), width[0]]))
      let gamma = scales ? try parameter("gamma", width, .ones, graph) : nil
      let beta = centers ? try parameter("beta", width, .zeros, graph) : nil
      let runningMean = try graph.parameter(
        "moving_mean", shape: width, .zeros, isTrainable: false)
      let runningVariance = try graph.parameter(
        "moving_variance", shape: width, .ones, isTrainable: false)
      let isByBatch = graph.normalizesByBatch && isTrainable
      if isByBatch { graph.declareBatchStatistics() }
      let counts = isByBatch ? try input.mask.map { try self.counts($0, input, rows.shape) } : nil
      let mean = isByBatch ? try self.mean(of: rows, counts) : runningMean
      let centred = try rows - mean
      let variance = isByBatch ? try self.mean(of: centred * centred, counts) : runningVariance
      if isByBatch, graph.keepsStatistics {
        try graph.change(runningMean) { try follow($0, mean) }
        try graph.change(runningVariance) { try follow($0, variance) }
      }
      let deviation = try Ops.SquareRoot()(variance + epsilon)
      let slope = try (gamma ?? graph.constant(1, shape: width)) / deviation
      var output = try centred * slope
      if let beta { output = try output + beta }
      return try output.reshaped(to: input.shape)
    }
  }

  private func parameter(
    _ name: String, _ shape: TensorShape, _ initializer: any Initializer, _ graph: Graph
  ) throws -> Node {
    try graph.parameter(name, shape: shape, initializer, isTrainable: isTrainable)
  }

  /// For each number of the rows, 1 if its step counts and 0 if the mask leaves it out.
  private func counts(_ mask: Node, _ input: Node, _ shape: TensorShape) throws -> Node {
    try Ops.Broadcast(to: input.shape, axes: [0, 1])(mask).reshaped(to: shape)
  }

  /// The mean of each column over the rows that count. As in Keras 10⁻⁷ is added to how many these
  /// are, so that none of them make 0.
  private func mean(of rows: Node, _ counts: Node?) throws -> Node {
    guard let counts else { return try Ops.Mean(axes: 0..<1)(rows) }
    return try Ops.Sum(axes: 0..<1)(rows * counts) / (Ops.Sum(axes: 0..<1)(counts) + 1e-7)
  }

  private func follow(_ running: Node, _ batch: Node) throws -> Node {
    try running * momentum + batch * (1 - momentum)
  }
}
