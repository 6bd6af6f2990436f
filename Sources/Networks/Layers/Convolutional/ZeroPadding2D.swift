import Engine

/// Rows and columns of zeros around images of shape [batch, height, width, channels].
public struct ZeroPadding2D: StoredLayer {
  public static let kind = "zero_padding2d"

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
      throw Problem.shape(
        input.graph.place(of: Self.kind),
        expected: "images of shape [batch, height, width, channels] and 0 to 2³⁰ pixels a side",
        found: "shape \(input.shape), and \([top, bottom, left, right])")
    }
    return try Ops.Pad(before: [0, top, left, 0], after: [0, bottom, right, 0])(input)
  }

  private enum Key: String, CodingKey { case padding, top, bottom, left, right }

  /// `padding` as in Keras: `1`, `[1, 2]` for 1 above and below and 2 at the left and right, or
  /// `[[1, 0], [2, 3]]` for top and bottom, left and right. Files may also name the four sides.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    func side(_ key: Key) throws -> Int { try fields.decode(Int.self, forKey: key) }
    guard fields.contains(.padding) else {
      guard !fields.allKeys.isEmpty else {
        self.init()
        return
      }
      self.init(
        top: try side(.top), bottom: try side(.bottom), left: try side(.left),
        right: try side(.right))
      return
    }
    let (sides, written): ([[Int]], String)
    if let all = try? side(.padding) {
      (sides, written) = ([[all, all], [all, all]], "\(all)")
    } else if let axes = try? fields.decode([Int].self, forKey: .padding) {
      (sides, written) = (axes.map { [$0, $0] }, "\(axes)")
    } else {
      sides = try fields.decode([[Int]].self, forKey: .padding)
      written = "\(sides)"
    }
    guard sides.map(\.count) == [2, 2] else {
      throw Problem.data(
        Self.kind,
        expected: "padding for all sides, [above and below, left and right] or "
          + "[[top, bottom], [left, right]]",
        found: written, fix: "write a number, two numbers or two pairs of numbers")
    }
    self.init(top: sides[0][0], bottom: sides[0][1], left: sides[1][0], right: sides[1][1])
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
