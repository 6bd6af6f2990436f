public import Engine

/// Makes several members of a network that share the layers after it: each sees the inputs by factors of
/// its own, 1 or −1 at first (TabM-mini; Gorishniy, Kotelnikov and Babenko 2025, after BatchEnsemble; Wen,
/// Tran and Ba 2020).
///
/// y[m] = x · factors[m]: [batch, inputs] becomes [batch, members, inputs], with factors of shape
/// [members, inputs]. ``MemberDense`` ends what it begins.
public struct Members: IdentifiedLayer {
  public static let kind = "members"
  public static var usual: Self { Self(0) }
  public static var settings: [Setting<Self>] {
    [.required("members", \.count, in: NetworkLimits.parts), .name]
  }

  /// How many there are.
  public var count: Int
  public var identity: LayerIdentity

  /// - Parameters:
  ///   - count: at least 1; checked when the network is built.
  ///   - name: the beginning of its tensor's name; `members`, … if not given.
  public init(_ count: Int, name: String? = nil) {
    self.count = count
    identity = LayerIdentity(name: name)
  }

  public var detail: String { "\(count)" }

  public func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      guard input.shape.rank == 2, count > 0 else {
        throw Problem.shape(
          graph.path, expected: "an input of shape [batch, inputs] and at least 1 member",
          found: "shape \(input.shape), \(count) members", fix: "put a Flatten layer before it")
      }
      let (batch, inputs) = (input.shape[0], input.shape[1])
      let shape = try TensorShape(checking: [count, inputs])
      let factors = try graph.parameter("factors", shape: shape, isTrainable: true) { generator in
        Tensor(shape: shape) { generator.below(2) == 0 ? -1 : 1 }
      }
      return try input.repeated(
        to: TensorShape(checking: [batch, count, inputs]), axes: [0, 2]) * factors
    }
  }
}
