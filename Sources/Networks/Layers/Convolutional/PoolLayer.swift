import Engine

/// The windows of a pool, one number wide over sequences, ``Extents`` over images.
public struct PoolSettings<Size: Sendable & Codable & ExpressibleByIntegerLiteral>: Sendable,
  Codable
{
  /// Steps in a window, or its height and width in pixels.
  public var poolSize: Size
  /// From one window to the next; if not given, windows lie side by side.
  public var strides: Size?
  public var padding: Padding

  /// Settings are checked when the network is built.
  public init(poolSize: Size, strides: Size?, padding: Padding) {
    (self.poolSize, self.strides, self.padding) = (poolSize, strides, padding)
  }

  private enum CodingKeys: String, CodingKey {
    case strides, padding
    case poolSize = "pool_size"
  }

  /// Everything has a default, Keras's: windows of 2 side by side, no padding.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if Size.self == Int.self {
      for key in [CodingKeys.poolSize, .strides] { _ = try fields.steps(key) }
    }
    self.init(
      poolSize: try fields.decodeIfPresent(Size.self, forKey: .poolSize) ?? 2,
      strides: try fields.decodeIfPresent(Size.self, forKey: .strides),
      padding: try fields.decodeIfPresent(Padding.self, forKey: .padding) ?? .valid)
  }
}

/// A layer that makes one number of each window, channel by channel.
public protocol PoolLayer: StoredLayer {
  associatedtype Size: Sendable & Codable & ExpressibleByIntegerLiteral
  var settings: PoolSettings<Size> { get }
  /// A layer with these settings.
  init(_ settings: PoolSettings<Size>)
}

extension PoolLayer {
  /// Everything has a default.
  public init(from decoder: any Decoder) throws { self.init(try PoolSettings(from: decoder)) }

  /// Writes every setting that was given.
  public func encode(to encoder: any Encoder) throws { try settings.encode(to: encoder) }
}

extension PoolLayer where Size == Extents {
  func pooled(_ input: Node, by op: (Window) -> some Op) throws -> Node {
    let window = try settings.padding.window(
      size: settings.poolSize, strides: settings.strides ?? settings.poolSize, over: input,
      at: input.graph.place(of: Self.kind))
    return try op(window)(input)
  }
}

extension PoolLayer where Size == Int {
  func pooled(_ input: Node, by op: (Window) -> some Op) throws -> Node {
    let window = try settings.padding.window(
      size: settings.poolSize, stride: settings.strides ?? settings.poolSize, overSteps: input,
      at: input.graph.place(of: Self.kind))
    return try op(window)(input.asImages()).asSequences()
  }
}
