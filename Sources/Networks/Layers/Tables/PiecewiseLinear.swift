public import Engine

/// Adds to the inputs how far each number has come through the bins of its column, so that a layer after
/// it can bend at every edge (piecewise linear encoding; Gorishniy, Rubachev and Babenko 2022).
///
/// [batch, inputs] becomes [batch, inputs + bins]: the inputs as they are, then for each bin from edge a
/// to edge b, column by column, min(max((x − a) ÷ (b − a), 0), 1). The paper lets the first and last bin
/// of a column go on beyond its edges instead of keeping x itself. The edges are settings and are not
/// learned; its tensors `lower_edges`, `widths` and `places` (which input each bin belongs to) say them
/// again.
public struct PiecewiseLinear: IdentifiedLayer {
  public static let kind = "piecewise_linear"
  public static var usual: Self { Self(edges: []) }
  public static var settings: [Setting<Self>] { [.required("edges", \.edges), .name] }

  /// For each input the edges of its bins, ascending; fewer than two for an input without bins.
  public var edges: [[Double]]
  public var identity: LayerIdentity

  /// - Parameter name: the beginning of its tensors' names; `piecewise_linear`, … if not given.
  public init(edges: [[Double]], name: String? = nil) {
    self.edges = edges
    identity = LayerIdentity(name: name)
  }

  public var detail: String { "\(bins.count) bins" }

  private var bins: [(place: Int, lower: Double, width: Double)] {
    edges.enumerated().flatMap { place, edges in
      zip(edges, edges.dropFirst()).map { (place, $0, $1 - $0) }
    }
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      guard input.shape.rank == 2, input.shape[1] == edges.count else {
        throw Problem.shape(
          graph.path,
          expected: "an input of shape [batch, \(edges.count)], as there are lists of edges",
          found: "\(input.shape)", fix: "give each input a list of edges, [] for none")
      }
      let bins = bins
      guard bins.allSatisfy({ Float($0.width) > 0 }) else {
        throw Problem.shape(
          graph.path, expected: "edges that ascend",
          found: "\(edges.first { $0 != $0.sorted() || Set($0).count < $0.count } ?? [])")
      }
      if bins.isEmpty { return input }
      func fixed(_ name: String, _ values: [Double]) throws -> Node {
        let shape = try TensorShape(checking: [values.count])
        let tensor = try Tensor(shape, values.map(Float.init))
        return try graph.parameter(name, shape: shape, isTrainable: false) { _ in tensor }
      }
      let places = try fixed("places", bins.map { Double($0.place) })
      let numbers = try Ops.Gather()(input.transposed(), places).transposed()
      let steps =
        try (numbers - fixed("lower_edges", bins.map(\.lower)))
        / fixed("widths", bins.map(\.width))
      return try input.concatenated(with: Ops.Clip(low: 0, high: 1)(steps), axis: 1)
    }
  }
}
