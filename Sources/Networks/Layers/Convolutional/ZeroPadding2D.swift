public import Engine

/// Rows and columns of zeros around images of shape [batch, height, width, channels].
public struct ZeroPadding2D: StoredLayer {
  public static let kind = "zero_padding2d"
  public static var usual: Self { Self() }
  public static var settings: [Setting<Self>] {
    [
      .usual("padding", \.sides, in: NetworkLimits.padding),
      .alternative("top", \.sides.top, in: NetworkLimits.padding),
      .alternative("bottom", \.sides.bottom, in: NetworkLimits.padding),
      .alternative("left", \.sides.left, in: NetworkLimits.padding),
      .alternative("right", \.sides.right, in: NetworkLimits.padding),
    ]
  }

  var sides: Sides
  /// Pixels added on each side.
  public var top: Int { sides.top }
  public var bottom: Int { sides.bottom }
  public var left: Int { sides.left }
  public var right: Int { sides.right }

  /// As many pixels on every side; 1 as in Keras.
  public init(_ padding: Int = 1) {
    self.init(top: padding, bottom: padding, left: padding, right: padding)
  }

  /// Numbers of at least 0; checked when the network is built.
  public init(top: Int, bottom: Int, left: Int, right: Int) {
    sides = Sides(top: top, bottom: bottom, left: left, right: right)
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
}

/// What is added on the four sides of an image, as files write it.
struct Sides: SettingValue {
  static let words =
    "whole number, [above and below, left and right] or [[top, bottom], [left, right]]"
  var top, bottom, left, right: Int
  var numbers: [Double] { [top, bottom, left, right].map { Double($0) } }

  init(top: Int, bottom: Int, left: Int, right: Int) {
    (self.top, self.bottom, self.left, self.right) = (top, bottom, left, right)
  }

  /// As in Keras: `1`, `[1, 2]` for 1 above and below and 2 at the left and right, or
  /// `[[1, 0], [2, 3]]` for top and bottom, left and right.
  init(from decoder: any Decoder) throws {
    let (sides, written): ([[Int]], String)
    if let all = try? Int(from: decoder) {
      (sides, written) = ([[all, all], [all, all]], "\(all)")
    } else if let axes = try? [Int](from: decoder) {
      (sides, written) = (axes.map { [$0, $0] }, "\(axes)")
    } else {
      sides = try [[Int]](from: decoder)
      written = "\(sides)"
    }
    guard sides.map(\.count) == [2, 2] else {
      throw Problem.data(
        decoder.codingPath.place,
        expected: "padding for all sides, [above and below, left and right] or "
          + "[[top, bottom], [left, right]]",
        found: written, fix: "write a number, two numbers or two pairs of numbers")
    }
    self.init(top: sides[0][0], bottom: sides[0][1], left: sides[1][0], right: sides[1][1])
  }

  /// The shortest form.
  func encode(to encoder: any Encoder) throws {
    if top == bottom, left == right {
      return try Extents(height: top, width: left).encode(to: encoder)
    }
    try [[top, bottom], [left, right]].encode(to: encoder)
  }
}
