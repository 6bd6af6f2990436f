public import Engine

/// One block of a transformer's encoder (Vaswani et al. 2017), put together from other layers:
/// attention and two dense layers, each with a way past it and a normalisation.
///
/// With the normalisation first (Xiong et al. 2020), which trains without warm-up and is the default:
/// h = x + attention(norm(x)), y = h + dense(dense(norm(h))). With the normalisation last, as in the
/// first paper: h = norm(x + attention(x)), y = norm(h + dense(dense(h))).
public struct TransformerBlock: IdentifiedLayer {
  public static let kind = "transformer_block"
  public static var usual: Self { Self(heads: 0, hidden: 0) }
  public static var settings: [Setting<Self>] {
    [
      .required("heads", \.heads, in: NetworkLimits.parts),
      .required("hidden", \.hidden, in: NetworkLimits.units),
      .optional("key_width", \.keyWidth, in: NetworkLimits.units),
      .usual("activation", \.activation), .usual("dropout", \.dropout, in: NetworkLimits.share),
      .usual("causal", \.isCausal), .usual("norm_first", \.normalizesFirst),
      .usual("epsilon", \.epsilon, in: NetworkLimits.above0), .name,
    ]
  }

  /// Of its attention; where `keyWidth` is nil the width is a multiple of it.
  public var heads: Int
  /// Of each head; the input's width divided by the heads if nil.
  public var keyWidth: Int?
  /// How wide the first of the two dense layers is.
  public var hidden: Int
  /// Between the two dense layers.
  public var activation: ActivationFunction
  /// After attention and after the dense layers, while learning.
  public var dropout: Double
  /// Does a step see only itself and earlier ones?
  public var isCausal: Bool
  /// Normalise before each part instead of after it?
  public var normalizesFirst: Bool
  /// Added to the variance when normalising.
  public var epsilon: Double
  public var identity: LayerIdentity

  /// - Parameter name: the beginning of its tensors' names; `transformer_block`, … if not given.
  public init(
    heads: Int, hidden: Int, keyWidth: Int? = nil, activation: ActivationFunction = .relu,
    dropout: Double = 0, isCausal: Bool = false, normalizesFirst: Bool = true,
    epsilon: Double = 1e-3, name: String? = nil
  ) {
    self.heads = heads
    self.hidden = hidden
    self.keyWidth = keyWidth
    self.activation = activation
    self.dropout = dropout
    self.isCausal = isCausal
    self.normalizesFirst = normalizesFirst
    self.epsilon = epsilon
    identity = LayerIdentity(name: name)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      guard input.shape.rank == 3, heads > 0 else {
        throw Problem.shape(
          graph.path, expected: "an input of shape [batch, steps, width] and at least 1 head",
          found: "shape \(input.shape), \(heads) heads")
      }
      let width = input.shape[2]
      let attention = Attention(
        heads: heads, keyWidth: try keyWidth ?? share(of: width, graph.path), isCausal: isCausal,
        name: "attention")
      let dense = [
        Dense(hidden, activation: activation, name: "hidden"), Dense(width, name: "output"),
      ]
      let half = try around(input, "attention_norm", [attention])
      return try around(half, "dense_norm", dense)
    }
  }

  /// What each head gets of a width: equal parts, as in PyTorch.
  private func share(of width: Int, _ path: String) throws -> Int {
    guard width == 0 || width % heads != 0 else { return width / heads }
    let possible = (1...max(1, width)).filter { width % $0 == 0 }
    let near = [possible.last { $0 < heads }, possible.first { $0 > heads }].compactMap(\.self)
    throw Problem.shape(
      path, expected: "heads that share the width \(width) equally", found: "\(heads) heads",
      fix: "choose \(near.map(String.init).joined(separator: " or ")) heads, a width of "
        + "\((width / heads + 1) * heads), or give it a key width")
  }

  /// A part with its way past and its normalisation.
  private func around(_ x: Node, _ name: String, _ part: [any Layer]) throws -> Node {
    let norm = LayerNorm(epsilon: epsilon, name: name)
    let inner = Sequential((normalizesFirst ? [norm] : []) + part + [Dropout(dropout)])
    let sum = try (x + inner(x)).keepingMask(of: x)
    return try normalizesFirst ? sum : norm(sum).keepingMask(of: x)
  }
}
