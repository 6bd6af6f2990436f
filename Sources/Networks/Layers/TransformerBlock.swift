import Engine

/// One block of a transformer's encoder (Vaswani et al. 2017), put together from other layers:
/// attention and two dense layers, each with a way past it and a normalisation.
///
/// With the normalisation first (Xiong et al. 2020), which trains without warm-up and is the default:
/// h = x + attention(norm(x)), y = h + dense(dense(norm(h))). With the normalisation last, as in the
/// first paper: h = norm(x + attention(x)), y = norm(h + dense(dense(h))).
public struct TransformerBlock: IdentifiedLayer {
  public static let kind = "transformer_block"

  public let heads: Int
  /// Of each head; the input's width divided by the heads if nil.
  public let keyWidth: Int?
  /// How wide the first of the two dense layers is.
  public let hidden: Int
  public let activation: ActivationFunction
  /// After attention and after the dense layers, while learning.
  public let dropout: Double
  public let isCausal: Bool
  public let normalizesFirst: Bool
  public let epsilon: Double
  let identity: LayerIdentity

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

extension TransformerBlock: Codable {
  private enum Key: String, CodingKey {
    case heads, hidden, activation, dropout, causal, epsilon, name
    case keyWidth = "key_width"
    case normalizesFirst = "norm_first"
  }

  /// `heads` and `hidden` have no default.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(
      heads: try fields.decode(Int.self, forKey: .heads),
      hidden: try fields.decode(Int.self, forKey: .hidden),
      keyWidth: try fields.decodeIfPresent(Int.self, forKey: .keyWidth),
      activation: try fields.decodeIfPresent(ActivationFunction.self, forKey: .activation)
        ?? .relu,
      dropout: try fields.decodeIfPresent(Double.self, forKey: .dropout) ?? 0,
      isCausal: try fields.decodeIfPresent(Bool.self, forKey: .causal) ?? false,
      normalizesFirst: try fields.decodeIfPresent(Bool.self, forKey: .normalizesFirst) ?? true,
      epsilon: try fields.decodeIfPresent(Double.self, forKey: .epsilon) ?? 1e-3,
      name: try fields.decodeIfPresent(String.self, forKey: .name))
  }

  /// Writes every setting.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(heads, forKey: .heads)
    try fields.encode(hidden, forKey: .hidden)
    try fields.encodeIfPresent(keyWidth, forKey: .keyWidth)
    try fields.encode(activation, forKey: .activation)
    try fields.encode(dropout, forKey: .dropout)
    try fields.encode(isCausal, forKey: .causal)
    try fields.encode(normalizesFirst, forKey: .normalizesFirst)
    try fields.encode(epsilon, forKey: .epsilon)
    try fields.encodeIfPresent(identity.name, forKey: .name)
  }
}
