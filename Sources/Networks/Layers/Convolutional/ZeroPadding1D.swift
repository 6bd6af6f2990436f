import Engine

/// Steps of zeros before and after sequences of shape [batch, steps, channels].
public struct ZeroPadding1D: StoredLayer {
  public static let kind = "zero_padding1d"

  /// Steps added before the first and after the last.
  public let before, after: Int

  /// As many steps on both sides; 1 as in Keras.
  public init(_ padding: Int = 1) { self.init(before: padding, after: padding) }

  /// Numbers of at least 0; checked when the network is built.
  public init(before: Int, after: Int) { (self.before, self.after) = (before, after) }

  public func callAsFunction(_ input: Node) throws -> Node {
    guard [before, after].allSatisfy((0...1 << 30).contains), input.shape.rank == 3 else {
      throw Problem.shape(
        input.graph.place(of: Self.kind),
        expected: "sequences of shape [batch, steps, channels] and 0 to 2³⁰ steps a side",
        found: "shape \(input.shape), and \([before, after])")
    }
    return try Ops.Pad(before: [0, before, 0], after: [0, after, 0])(input)
  }

  private enum Key: String, CodingKey { case padding }

  /// `padding` as in Keras: `1`, or `[1, 2]` for 1 before and 2 after.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    guard let sides = try? fields.decode([Int].self, forKey: .padding) else {
      self.init(try fields.decodeIfPresent(Int.self, forKey: .padding) ?? 1)
      return
    }
    guard sides.count == 2 else {
      throw Problem.data(Self.kind, expected: "padding [before, after]", found: "\(sides)")
    }
    self.init(before: sides[0], after: sides[1])
  }

  /// The shortest form of `padding`.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    if before == after { return try fields.encode(before, forKey: .padding) }
    try fields.encode([before, after], forKey: .padding)
  }
}
