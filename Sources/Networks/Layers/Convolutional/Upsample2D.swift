public import Engine

/// Enlarges images: [batch, height, width, channels] becomes [batch, height · a, width · b, channels].
/// Keras's `UpSampling2D`.
public struct Upsample2D: StoredLayer {
  public static let kind = "upsample2d"
  public static var usual: Self { Self() }
  public static var settings: [Setting<Self>] {
    [
      .usual("size", \.size, in: NetworkLimits.repetitions),
      .usual("interpolation", \.interpolation),
    ]
  }

  /// What stands between the pixels there were.
  public enum Interpolation: String, Sendable, NamedChoice, SettingValue {
    /// Every pixel is repeated.
    case nearest
    /// A weighted mean of the nearest two by two, by the distance of the pixels' centres; beyond the
    /// outermost centres the outermost pixel.
    case bilinear
  }

  /// How often along each axis.
  public var size: Extents
  public var interpolation: Interpolation

  /// Numbers of at least 1; checked when the network is built.
  public init(size: Extents = 2, interpolation: Interpolation = .nearest) {
    self.size = size
    self.interpolation = interpolation
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    let shape = input.shape
    guard shape.rank == 4, shape.count > 0, size.height > 0, size.width > 0 else {
      throw Problem.shape(
        input.graph.place(of: Self.kind),
        expected: "images of shape [batch, height, width, channels] and a size of at least 1",
        found: "shape \(shape) and \(size.height) × \(size.width)")
    }
    let spread = try TensorShape(checking: [
      shape[0], shape[1], size.height, shape[2], size.width, shape[3],
    ])
    let result: TensorShape = [shape[0], shape[1] * size.height, shape[2] * size.width, shape[3]]
    guard interpolation == .bilinear else {
      return try Ops.Broadcast(to: spread, axes: [0, 1, 3, 5])(input).reshaped(to: result)
    }
    let (row, rows) = (shape[2] * shape[3], shape[0] * result[1])
    let tall = try between(
      input.reshaped(to: [shape[0], shape[1], row]), size.height)
    return try between(tall.reshaped(to: [rows, shape[2], shape[3]]), size.width)
      .reshaped(to: result)
  }

  /// [a, n, b] with `times` numbers for each along the middle axis, on the line between its centre
  /// and its neighbour's.
  private func between(_ x: Node, _ times: Int) throws -> Node {
    let (shape, last) = (x.shape, x.shape[1] - 1)
    guard times > 1 else { return x }
    func part(from first: Int, count: Int) throws -> Node {
      try Ops.Slice(from: [0, first, 0], shape: [shape[0], count, shape[2]])(x)
    }
    let join = Ops.Concatenate(axis: 1)
    let before =
      last == 0 ? x : try join(part(from: 0, count: 1), part(from: 0, count: last))
    let after =
      last == 0 ? x : try join(part(from: 1, count: last), part(from: last, count: 1))
    let phases = try (0..<times).map { phase in
      let distance = (Double(phase) + 0.5) / Double(times) - 0.5
      let neighbour = distance < 0 ? before : after
      return try (x * (1 - distance.magnitude) + neighbour * distance.magnitude)
        .reshaped(to: [shape[0], shape[1], 1, shape[2]])
    }
    return try Ops.Concatenate(axis: 2).apply(to: phases)
      .reshaped(to: [shape[0], shape[1] * times, shape[2]])
  }
}
