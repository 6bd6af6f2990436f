import Engine

/// Keeps the largest number of each window, channel by channel.
///
/// From [batch, height, width, channels] to [batch, rows, columns, channels]. Keras's defaults: windows
/// of 2 × 2 side by side, no padding.
public struct MaxPool2D: StoredLayer {
  public static let kind = "max_pool_2d"

  /// Height and width of a window, in pixels.
  public let poolSize: Extents
  /// Pixels from one window to the next; if not given, windows lie side by side.
  public let strides: Extents?
  public let padding: Padding

  /// Settings are checked when the network is built.
  public init(poolSize: Extents = 2, strides: Extents? = nil, padding: Padding = .valid) {
    (self.poolSize, self.strides, self.padding) = (poolSize, strides, padding)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    let window = try padding.window(size: poolSize, strides: strides ?? poolSize, over: input)
    return try MaxPool(window)(input)
  }

  private enum Key: String, CodingKey {
    case strides, padding
    case poolSize = "pool_size"
  }

  /// Everything has a default.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(
      poolSize: try fields.decodeIfPresent(Extents.self, forKey: .poolSize) ?? 2,
      strides: try fields.decodeIfPresent(Extents.self, forKey: .strides),
      padding: try fields.decodeIfPresent(Padding.self, forKey: .padding) ?? .valid)
  }

  /// Writes every setting that was given.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(poolSize, forKey: .poolSize)
    try fields.encodeIfPresent(strides, forKey: .strides)
    try fields.encode(padding, forKey: .padding)
  }
}
