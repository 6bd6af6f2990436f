import Engine

/// Rows and columns of zeros around images of shape [batch, height, width, channels].
public struct ZeroPadding2D: StoredLayer {
  public static let kind = "zero_padding_2d"

  /// Pixels added on each side.
  public let top, bottom, left, right: Int

  /// As many pixels on every side; 1 as in Keras.
  public init(_ padding: Int = 1) {
    self.init(top: padding, bottom: padding, left: padding, right: padding)
  }

  /// Numbers of at least 0; checked when the network is built.
  public init(top: Int, bottom: Int, left: Int, right: Int) {
    (self.top, self.bottom, self.left, self.right) = (top, bottom, left, right)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    guard [top, bottom, left, right].allSatisfy((0...1 << 30).contains), input.shape.rank == 4
    else {
      throw ShapeProblem(
        "\(input.graph.path)/\(Self.kind)",
        expected: "images of shape [batch, height, width, channels] and 0 to 2³⁰ pixels a side",
        found: "shape \(input.shape), and \([top, bottom, left, right])")
    }
    return try Pad(before: [0, top, left, 0], after: [0, bottom, right, 0])(input)
  }
}
