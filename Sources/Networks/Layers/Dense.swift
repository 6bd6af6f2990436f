import Engine

/// A fully connected layer: every unit sees every input.
///
/// y = activation(x · kernel + bias), with x of shape [batch, …, inputs], kernel [inputs, units],
/// bias [units]. Keras's defaults: Glorot-uniform kernel, zero bias. PyTorch's `Linear` keeps its
/// kernel transposed and draws both from ±1/√inputs.
public struct Dense: IdentifiedLayer {
  public static let kind = "dense"

  /// How many outputs.
  public let units: Int
  public let activation: ActivationFunction
  public let usesBias: Bool
  public let kernelInitializer: Initializer
  public let biasInitializer: Initializer
  let identity: LayerIdentity
  /// The beginning of its tensors' names, if one was given.
  public var name: String? { identity.name }

  /// - Parameters:
  ///   - units: at least 1; checked when the network is built.
  ///   - name: the beginning of its tensors' names; `dense`, `dense_1`, … if not given.
  public init(
    _ units: Int, activation: ActivationFunction = .linear, usesBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
    name: String? = nil
  ) {
    self.units = units
    self.activation = activation
    self.usesBias = usesBias
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
    identity = LayerIdentity(name: name)
  }

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

extension Dense: Codable {
  private enum Key: String, CodingKey {
    case units, activation, bias, name
    case kernelInitializer = "kernel_initializer"
    case biasInitializer = "bias_initializer"
  }

  /// Everything but `units` has a default.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(
      try fields.decode(Int.self, forKey: .units),
      activation: try fields.decodeIfPresent(ActivationFunction.self, forKey: .activation)
        ?? .linear,
      usesBias: try fields.decodeIfPresent(Bool.self, forKey: .bias) ?? true,
      kernelInitializer: try fields.decodeIfPresent(Initializer.self, forKey: .kernelInitializer)
        ?? .glorotUniform,
      biasInitializer: try fields.decodeIfPresent(Initializer.self, forKey: .biasInitializer)
        ?? .zeros,
      name: try fields.decodeIfPresent(String.self, forKey: .name))
  }

  /// Writes every setting.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(units, forKey: .units)
    try fields.encode(activation, forKey: .activation)
    try fields.encode(usesBias, forKey: .bias)
    try fields.encode(kernelInitializer, forKey: .kernelInitializer)
    try fields.encode(biasInitializer, forKey: .biasInitializer)
    try fields.encodeIfPresent(identity.name, forKey: .name)
  }
}
