public import Engine

/// A fully connected layer: every unit sees every input.
///
/// y = activation(x · kernel + bias), with x of shape [batch, …, inputs], kernel [inputs, units],
/// bias [units]. Keras's defaults: Glorot-uniform kernel, zero bias. PyTorch's `Linear` keeps its
/// kernel transposed and draws both from ±1/√inputs.
public struct Dense: IdentifiedLayer {
  public static let kind = "dense"
  public static var usual: Self { Self(0) }
  public static var settings: [Setting<Self>] {
    [
      .required("units", \.units, in: NetworkLimits.units), .usual("activation", \.activation),
      .usual("bias", \.usesBias),
      .initializer("kernel_initializer", \.kernelInitializer),
      .initializer("bias_initializer", \.biasInitializer), .name,
    ]
  }

  /// How many outputs.
  public var units: Int
  /// Of the outputs.
  public var activation: ActivationFunction
  public var usesBias: Bool
  public var kernelInitializer: any Initializer
  public var biasInitializer: any Initializer
  public var identity: LayerIdentity

  /// - Parameters:
  ///   - units: at least 1; checked when the network is built.
  ///   - name: the beginning of its tensors' names; `dense`, `dense_1`, … if not given.
  public init(
    _ units: Int, activation: ActivationFunction = .linear, usesBias: Bool = true,
    kernelInitializer: any Initializer = .glorotUniform, biasInitializer: any Initializer = .zeros,
    name: String? = nil
  ) {
    self.units = units
    self.activation = activation
    self.usesBias = usesBias
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
    identity = LayerIdentity(name: name)
  }

  public var detail: String { activation == .linear ? "" : activation.name }

  public func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      guard units > 0, input.shape.rank >= 2 else {
        throw Problem.shape(
          graph.path, expected: "at least 1 unit and an input of shape [batch, …, inputs]",
          found: "\(units) units and an input of shape \(input.shape)",
          fix: "put a Flatten layer before it, or give it units")
      }
      let inputs = input.shape[input.shape.rank - 1]
      let rows = try input.reshaped(
        to: TensorShape(checking: [input.shape.count / inputs, inputs]))
      let kernel = try graph.parameter(
        "kernel", shape: TensorShape(checking: [inputs, units]), kernelInitializer)
      var output = try Ops.MatrixProduct()(rows, kernel)
      if usesBias {
        output =
          try output
          + graph.parameter("bias", shape: TensorShape(checking: [units]), biasInitializer)
      }
      let extents = input.shape.extents.dropLast() + [units]
      return try activation(output.reshaped(to: TensorShape(checking: Array(extents))))
    }
  }
}
