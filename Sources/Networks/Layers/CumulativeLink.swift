public import Engine

/// The last layer for one of several classes that have an order, the lowest first: one score, and learned
/// thresholds that cut it into classes (McCullagh, *Regression models for ordinal data*, Journal of the
/// Royal Statistical Society B 42, 1980: the proportional odds model).
///
/// With the score f = x · kernel and thresholds θ₁ < … < θₖ₋₁, the chance of a class up to j is
/// σ(θⱼ − f). The layer gives the logarithm of each class's probability σ(θⱼ − f) − σ(θⱼ₋₁ − f), so that
/// a cross-entropy on scores takes it as it is. θⱼ = θⱼ₋₁ + softplus(tⱼ), whatever the learned tⱼ are.
/// Input [batch, inputs], output [batch, classes].
public struct CumulativeLink: IdentifiedLayer {
  public static let kind = "cumulative_link"
  public static var usual: Self { Self(classes: 0) }
  public static var settings: [Setting<Self>] {
    [
      .required("classes", \.classes, in: 2...1000),
      .initializer("kernel_initializer", \.kernelInitializer), .name,
    ]
  }

  /// How many classes; at least 2.
  public var classes: Int
  public var kernelInitializer: any Initializer
  public var identity: LayerIdentity

  /// - Parameter name: the beginning of its tensors' names; `cumulative_link` if not given.
  public init(
    classes: Int, kernelInitializer: any Initializer = .glorotUniform, name: String? = nil
  ) {
    self.classes = classes
    self.kernelInitializer = kernelInitializer
    identity = LayerIdentity(name: name)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      guard classes >= 2, input.shape.rank == 2 else {
        throw Problem.shape(
          graph.path, expected: "at least 2 classes and an input of shape [batch, inputs]",
          found: "\(classes) classes and an input of shape \(input.shape)",
          fix: "put a flatten before it, or give it classes")
      }
      let kernel = try graph.parameter(
        "kernel", shape: TensorShape(checking: [input.shape[1], 1]), kernelInitializer)
      let raw = try graph.parameter(
        "thresholds", shape: TensorShape(checking: [classes - 1]), .zeros)
      let wide = try TensorShape(checking: [input.shape[0], classes - 1])
      let score = try Ops.MatrixProduct()(input, kernel)
        .reshaped(to: TensorShape(checking: [input.shape[0]])).repeated(to: wide, axes: [0])
      let distance = try thresholds(raw).repeated(to: wide) - score
      // log(σ(b) − σ(a)) = log σ(b) + log σ(−a) + log(1 − e^(a − b)), and with b − a = softplus(t) the
      // last is log σ(t): no difference of nearly equal numbers.
      let edge = graph.constant(0, shape: try TensorShape(checking: [input.shape[0], 1]))
      let below = try (-(-distance).softplus()).concatenated(with: edge, axis: 1)
      let above = try edge.concatenated(with: -distance.softplus(), axis: 1)
      return try below + above + gaps(raw).repeated(to: below.shape)
    }
  }

  /// θ₁ < θ₂ < …, around 0 at first.
  private func thresholds(_ raw: Node) throws -> Node {
    let one = try TensorShape(checking: [1])
    var last = try raw.sliced(from: [0], shape: one) - Double.log(2) * Double(classes - 2) / 2
    var all = [last]
    for place in 1..<max(1, classes - 1) {
      last = try last + raw.sliced(from: [place], shape: one).softplus()
      all.append(last)
    }
    return all.count == 1 ? last : try Ops.Concatenate(axis: 0).apply(to: all)
  }

  /// log σ(tⱼ) of the classes between two thresholds, 0 of the first and the last.
  private func gaps(_ raw: Node) throws -> Node {
    let edge = raw.graph.constant(0, shape: try TensorShape(checking: [1]))
    guard classes > 2 else { return try edge.concatenated(with: edge, axis: 0) }
    let inner = try raw.sliced(from: [1], shape: TensorShape(checking: [classes - 2]))
    return try Ops.Concatenate(axis: 0).apply(to: [edge, -(-inner).softplus(), edge])
  }
}
