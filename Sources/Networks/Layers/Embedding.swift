public import Engine

/// Looks up a learned row for each token: [batch, …] of whole numbers becomes [batch, …, units].
///
/// Tokens are 0..<tokens; another number makes the result not a number. Keras's defaults: rows are
/// uniform in ±0.05; PyTorch draws them from a standard normal distribution.
public struct Embedding: IdentifiedLayer {
  public static let kind = "embedding"
  public static var usual: Self { Self(tokens: 0, units: 0) }
  public static var settings: [Setting<Self>] {
    [
      .required("tokens", \.tokens, in: NetworkLimits.units),
      .required("units", \.units, in: NetworkLimits.units), .usual("mask_zero", \.masksZero),
      .initializer("initializer", \.initializer), .name,
    ]
  }

  /// How many tokens there are.
  public var tokens: Int
  /// The width of a row.
  public var units: Int
  /// Does token 0 stand for padding, which the layers after this one leave out?
  public var masksZero: Bool
  public var initializer: any Initializer
  public var identity: LayerIdentity

  /// - Parameter name: the beginning of its tensor's name; `embedding`, … if not given.
  public init(
    tokens: Int, units: Int, masksZero: Bool = false, initializer: any Initializer = .uniform(),
    name: String? = nil
  ) {
    self.tokens = tokens
    self.units = units
    self.masksZero = masksZero
    self.initializer = initializer
    identity = LayerIdentity(name: name)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      guard tokens > 0, units > 0, input.shape.rank >= 1 else {
        throw Problem.shape(
          graph.path, expected: "at least 1 token and 1 unit, and an input with a batch axis",
          found: "\(tokens) tokens, \(units) units, shape \(input.shape)")
      }
      let table = try graph.parameter(
        "embeddings", shape: TensorShape(checking: [tokens, units]), initializer)
      let rows = try Ops.Gather()(table, input)
      if masksZero, input.shape.rank == 2 {
        rows.mask = try indicator(of: input, inputAbove: 0.5)
      }
      return rows
    }
  }
}

/// 1 where a number is above a limit, else 0.
func indicator(of node: Node, inputAbove limit: Double) throws -> Node {
  let graph = node.graph
  return try Ops.Select()(
    node, graph.constant(limit, shape: node.shape), graph.constant(1, shape: node.shape),
    graph.constant(0, shape: node.shape))
}
