public import Engine

/// Multi-head self-attention (Vaswani et al. 2017): every step of a sequence asks all steps and takes
/// a mean of what they hold, weighted by how well they answer: softmax(q · kᵀ ÷ √width) · v.
///
/// [batch, steps, width] stays of this shape. Tensors are those of Keras's `MultiHeadAttention`:
/// `query/kernel` [width, heads, key width], `query/bias` [heads, key width], likewise `key` and
/// `value`, `attention_output/kernel` [heads, value width, width] and `attention_output/bias` [width].
///
/// Steps that the input's mask leaves out are asked by nobody, as with PyTorch's `key_padding_mask`.
/// They still ask and get an answer, which nothing later that knows the mask looks at. Keras masks
/// their questions too; what it then puts there depends on its dropout setting: the mean of all
/// values without, the bias with it. All other steps are equal in the three.
public struct Attention: IdentifiedLayer {
  public static let kind = "attention"
  public static var usual: Self { Self(heads: 0, keyWidth: 0) }
  public static var settings: [Setting<Self>] {
    [
      .required("heads", \.heads, in: NetworkLimits.parts),
      .required("key_width", \.keyWidth, in: NetworkLimits.units),
      .optional("value_width", \.ownValueWidth, from: "key_width", in: NetworkLimits.units),
      .usual("causal", \.isCausal),
      .usual("dropout", \.dropout, in: NetworkLimits.share), .usual("bias", \.usesBias),
      .initializer("kernel_initializer", \.kernelInitializer), .name,
    ]
  }

  /// How many ask side by side.
  public var heads: Int
  /// Of each head's question and key.
  public var keyWidth: Int
  /// Of what each head takes, if it is not that of its key.
  public var ownValueWidth: Int?
  /// Of what each head takes.
  public var valueWidth: Int { ownValueWidth ?? keyWidth }
  /// Does a step see only itself and earlier ones?
  public var isCausal: Bool
  /// The rate at which weights are dropped while learning.
  public var dropout: Double
  public var usesBias: Bool
  public var kernelInitializer: any Initializer
  public var identity: LayerIdentity

  /// - Parameters:
  ///   - valueWidth: `keyWidth` if not given.
  ///   - name: the beginning of its tensors' names; `attention`, … if not given.
  public init(
    heads: Int, keyWidth: Int, valueWidth: Int? = nil, isCausal: Bool = false,
    dropout: Double = 0, usesBias: Bool = true, kernelInitializer: any Initializer = .glorotUniform,
    name: String? = nil
  ) {
    self.heads = heads
    self.keyWidth = keyWidth
    ownValueWidth = valueWidth
    self.isCausal = isCausal
    self.dropout = dropout
    self.usesBias = usesBias
    self.kernelInitializer = kernelInitializer
    identity = LayerIdentity(name: name)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      guard heads > 0, keyWidth > 0, valueWidth > 0, input.shape.rank == 3 else {
        throw Problem.shape(
          graph.path,
          expected: "at least 1 head of width 1 and an input of shape [batch, steps, width]",
          found: "\(heads) heads of \(keyWidth) and \(valueWidth), shape \(input.shape)")
      }
      let query = try headwise(input, "query", keyWidth) * (1 / Double(keyWidth).squareRoot())
      let key = try headwise(input, "key", keyWidth)
      let value = try headwise(input, "value", valueWidth)
      var scores = try Ops.BatchedMatrixProduct(transposesB: true)(query, key)
      if isCausal { scores = try Ops.Causal()(scores) }
      if let mask = input.mask { scores = try Ops.LeaveOut()(scores, mask) }
      let weights = try Dropout(dropout)(Ops.Softmax()(scores))
      return try joined(Ops.BatchedMatrixProduct()(weights, value), as: input)
    }
  }

  /// A projection for every head: [batch · heads, steps, width of the head].
  private func headwise(_ input: Node, _ name: String, _ width: Int) throws -> Node {
    let graph = input.graph
    let (batch, steps, inputs) = (input.shape[0], input.shape[1], input.shape[2])
    return try graph.scope(name) {
      let kernel = try graph.projection(
        "kernel", shape: TensorShape(checking: [inputs, heads, width]), inputAxes: 1,
        kernelInitializer)
      let rows = try input.reshaped(to: TensorShape(checking: [batch * steps, inputs]))
      var projected = try Ops.MatrixProduct()(
        rows, kernel.reshaped(to: TensorShape(checking: [inputs, heads * width])))
      if usesBias {
        let bias = try graph.parameter(
          "bias", shape: TensorShape(checking: [heads, width]), .zeros)
        projected = try projected + bias.reshaped(to: [heads * width])
      }
      let apart = try projected.reshaped(to: TensorShape(checking: [batch, steps, heads, width]))
      return try Ops.Transpose(order: [0, 2, 1, 3])(apart)
        .reshaped(to: TensorShape(checking: [batch * heads, steps, width]))
    }
  }

  private func joined(_ heads: Node, as input: Node) throws -> Node {
    let graph = input.graph
    let (batch, steps, width) = (input.shape[0], input.shape[1], input.shape[2])
    return try graph.scope("attention_output") {
      let kernel = try graph.projection(
        "kernel", shape: TensorShape(checking: [self.heads, valueWidth, width]), inputAxes: 2,
        kernelInitializer)
      let apart = try heads.reshaped(
        to: TensorShape(checking: [batch, self.heads, steps, valueWidth]))
      let all = self.heads * valueWidth
      let rows = try Ops.Transpose(order: [0, 2, 1, 3])(apart)
        .reshaped(to: TensorShape(checking: [batch * steps, all]))
      var output = try Ops.MatrixProduct()(
        rows, kernel.reshaped(to: TensorShape(checking: [all, width])))
      if usesBias {
        output = try output + graph.parameter("bias", shape: TensorShape(checking: [width]), .zeros)
      }
      return try output.reshaped(to: input.shape).keepingMask(of: input)
    }
  }
}
