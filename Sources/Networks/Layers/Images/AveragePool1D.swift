import Engine

/// Keeps the mean of each window of steps, channel by channel; steps outside do not count.
///
/// From [batch, steps, channels] to [batch, windows, channels]. Keras's defaults: windows of 2 steps
/// side by side, no padding.
public struct AveragePool1D: StoredLayer {
  public static let kind = "average_pool_1d"

  /// Steps in a window.
  public let poolSize: Int
  /// Steps from one window to the next; if not given, windows lie side by side.
  public let stride: Int?
  public let padding: Padding

  /// Settings are checked when the network is built.
  public init(poolSize: Int = 2, stride: Int? = nil, padding: Padding = .valid) {
    (self.poolSize, self.stride, self.padding) = (poolSize, stride, padding)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    let window = try padding.window(
      size: poolSize, stride: stride ?? poolSize, overSteps: input)
    return try AveragePool(window)(input.asImages()).asSequences()
  }

  private enum Key: String, CodingKey {
    case padding
    case stride = "strides"
    case poolSize = "pool_size"
  }

  /// Everything has a default.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(
      poolSize: try fields.steps(.poolSize) ?? 2,
      stride: try fields.steps(.stride),
      padding: try fields.decodeIfPresent(Padding.self, forKey: .padding) ?? .valid)
  }

  /// Writes every setting that was given.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(poolSize, forKey: .poolSize)
    try fields.encodeIfPresent(stride, forKey: .stride)
    try fields.encode(padding, forKey: .padding)
  }
}
