public import Engine

/// Steps of zeros before and after sequences of shape [batch, steps, channels].
public struct ZeroPadding1D: StoredLayer {
  public static let kind = "zero_padding1d"
  public static var usual: Self { Self() }
  public static var settings: [Setting<Self>] {
    [.usual("padding", \.ends, in: NetworkLimits.padding)]
  }

  var ends: Ends
  /// Steps added before the first and after the last.
  public var before: Int { ends.before }
  public var after: Int { ends.after }

  /// As many steps on both sides; 1 as in Keras.
  public init(_ padding: Int = 1) { self.init(before: padding, after: padding) }

  /// Numbers of at least 0; checked when the network is built.
  public init(before: Int, after: Int) {
    ends = Ends(before: before, after: after)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    guard [before, after].allSatisfy((0...1 << 30).contains), input.shape.rank == 3 else {
      throw Problem.shape(
        input.graph.place(of: Self.kind),
        expected: "sequences of shape [batch, steps, channels] and 0 to 2³⁰ steps a side",
        found: "shape \(input.shape), and \([before, after])")
    }
    return try Ops.Pad(before: [0, before, 0], after: [0, after, 0])(input)
  }
}

/// What is added at both ends of a sequence, as files write it.
struct Ends: SettingValue {
  static let words = "whole number, or [before, after]"
  var numbers: [Double] { [before, after].map { Double($0) } }
  var before, after: Int

  init(before: Int, after: Int) { (self.before, self.after) = (before, after) }

  /// As in Keras: `1`, or `[1, 2]` for 1 before and 2 after.
  init(from decoder: any Decoder) throws {
    guard let sides = try? [Int](from: decoder) else {
      let both = try Int(from: decoder)
      self.init(before: both, after: both)
      return
    }
    guard sides.count == 2 else {
      throw Problem.data(
        decoder.codingPath.place, expected: "padding [before, after]", found: "\(sides)")
    }
    self.init(before: sides[0], after: sides[1])
  }

  /// The shortest form.
  func encode(to encoder: any Encoder) throws {
    if before == after { return try before.encode(to: encoder) }
    try [before, after].encode(to: encoder)
  }
}
