public import Engine

/// The answer of each member of a network that ``Members`` began, by weights of its own, and their mean.
///
/// y = mean over m of activation(x[m] · kernel[m] + bias[m]): [batch, members, inputs] becomes
/// [batch, units], with kernel [members, inputs, units], glorot_uniform member by member, and bias
/// [members, units], 0 at first. A loss that is
/// learned from is the mean of the members' losses, not the loss of their mean, so that each learns the
/// whole task (Gorishniy, Kotelnikov and Babenko 2025).
public struct MemberDense: IdentifiedLayer {
  public static let kind = "member_dense"
  public static var usual: Self { Self(0) }
  public static var settings: [Setting<Self>] {
    [
      .required("units", \.units, in: NetworkLimits.units), .usual("activation", \.activation),
      .name,
    ]
  }

  /// How many outputs.
  public var units: Int
  /// Of each member's outputs.
  public var activation: ActivationFunction
  public var identity: LayerIdentity

  /// - Parameters:
  ///   - units: at least 1; checked when the network is built.
  ///   - name: the beginning of its tensors' names; `member_dense`, … if not given.
  public init(
    _ units: Int, activation: ActivationFunction = .linear, name: String? = nil
  ) {
    self.units = units
    self.activation = activation
    identity = LayerIdentity(name: name)
  }

  public var detail: String { activation == .linear ? "" : activation.name }

  public func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      guard units > 0, input.shape.rank == 3 else {
        throw Problem.shape(
          graph.path, expected: "at least 1 unit and an input of shape [batch, members, inputs]",
          found: "\(units) units and an input of shape \(input.shape)",
          fix: "put a Members layer before it, or use Dense")
      }
      let (members, inputs) = (input.shape[1], input.shape[2])
      let rows = try TensorShape(checking: [inputs, units])
      let shape = try TensorShape(checking: [members, inputs, units])
      let kernel = try graph.parameter("kernel", shape: shape, isTrainable: true) { generator in
        // Each member's is drawn as that of a dense layer.
        var kernel = Tensor(repeating: 0, shape: shape)
        kernel.values = (0..<members).flatMap { _ in
          Initializers.GlorotUniform().values(shape: rows, generator: &generator).values
        }
        return kernel
      }
      let bias = try graph.parameter(
        "bias", shape: TensorShape(checking: [members, units]), .zeros)
      let products = try input.transposed(order: [1, 0, 2]).matmul(kernel)
      let answers = try activation(products.transposed(order: [1, 0, 2]) + bias)
      let mean = try Ops.Mean(axes: 1..<2)(answers)
      mean.members = answers
      return mean
    }
  }
}
