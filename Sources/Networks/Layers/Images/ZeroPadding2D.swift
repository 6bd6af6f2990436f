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
        input.graph.place(of: Self.kind),
        expected: "images of shape [batch, height, width, channels] and 0 to 2³⁰ pixels a side",
        found: "shape \(input.shape), and \([top, bottom, left, right])")
    }
    return try Pad(before: [0, top, left, 0], after: [0, bottom, right, 0])(input)
  }

  private enum Key: String, CodingKey { case padding, top, bottom, left, right }

  /// `padding` as in Keras: `1`, `[1, 2]` for 1 above and below and 2 at the left and right, or
  /// `[[1, 0], [2, 3]]` for top and bottom, left and right. Files may also name the four sides.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    func side(_ key: Key) throws -> Int { try fields.decode(Int.self, forKey: key) }
    if let sides = try? fields.decode([[Int]].self, forKey: .padding) {
      guard sides.map(\.count) == [2, 2] else {
        throw DataProblem(
          Self.kind, expected: "padding [[top, bottom], [left, right]]", found: "\(sides)")
      }
      self.init(
        top: sides[0][0], bottom: sides[0][1], left: sides[1][0], right: sides[1][1])
    } else if fields.contains(.padding) || fields.allKeys.isEmpty {
      let both = try fields.decodeIfPresent(Extents.self, forKey: .padding) ?? 1
      self.init(top: both.height, bottom: both.height, left: both.width, right: both.width)
    } else {
      self.init(
        top: try side(.top), bottom: try side(.bottom), left: try side(.left),
        right: try side(.right))
    }
  }

  /// The shortest form of `padding`.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    if top == bottom, left == right {
      try fields.encode(Extents(height: top, width: left), forKey: .padding)
    } else {
      try fields.encode([[top, bottom], [left, right]], forKey: .padding)
    }
  }
}
