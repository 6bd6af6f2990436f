import Engine

/// Limits on gradients before they are used.
public enum Clipping: Sendable, Hashable, Codable {
  /// Each number is kept between −limit and limit.
  case value(Double)
  /// Each tensor is scaled down so that its norm √Σg² is at most the limit.
  case norm(Double)
  /// All tensors are scaled down together so that their common norm is at most the limit.
  case globalNorm(Double)
}

extension Clipping {
  /// The gradients within the limits.
  func callAsFunction(_ gradients: [Node]) throws -> [Node] {
    switch self {
    case .value(let limit): try gradients.map { try Ops.Clip(low: -limit, high: limit)($0) }
    case .norm(let limit):
      try gradients.map { try Self.scaled($0, limit, norm: Self.sumOfSquares($0)) }
    case .globalNorm(let limit):
      try Self.scaledTogether(gradients, limit)
    }
  }

  private static func sumOfSquares(_ gradient: Node) throws -> Node {
    try Ops.Sum(axes: 0..<gradient.shape.rank)(gradient * gradient)
  }

  private static func scaledTogether(_ gradients: [Node], _ limit: Double) throws -> [Node] {
    guard let first = gradients.first else { return [] }
    let total = try gradients.dropFirst().reduce(sumOfSquares(first)) { try $0 + sumOfSquares($1) }
    return try gradients.map { try scaled($0, limit, norm: total) }
  }

  /// g · limit ÷ max(norm, limit).
  private static func scaled(_ gradient: Node, _ limit: Double, norm squares: Node) throws -> Node {
    let bound = gradient.graph.constant(limit)
    let factor = try bound / Ops.Maximum()(Ops.SquareRoot()(squares), bound)
    return try gradient * factor
  }

  /// How much of the gradients' common norm the limits take: 1 − |g after| ÷ |g before|, from 0 to 1.
  ///
  /// - Parameter gradients: one list for each parameter.
  package func shareTaken(from gradients: [[Float]]) throws -> Double {
    let graph = Graph()
    let inputs = try gradients.enumerated().map { place, gradient in
      try graph.input("g\(place)", shape: TensorShape(checking: [gradient.count]))
    }
    let exact = gradients.map { $0.map(Double.init) }
    let feeds = Dictionary(
      uniqueKeysWithValues: exact.enumerated().map { ("g\($0.offset)", $0.element) })
    func norm(_ lists: [[Double]]) -> Double {
      lists.reduce(0) { $1.reduce($0) { $0 + $1 * $1 } }.squareRoot()
    }
    let before = norm(exact)
    guard before > 0, before.isFinite else { return 0 }
    return max(0, 1 - norm(try graph.evaluate(self(inputs), feeding: feeds)) / before)
  }
}
