import Engine

/// Keeps the largest number of each window of steps, channel by channel.
///
/// From [batch, steps, channels] to [batch, windows, channels]. Keras's defaults: windows of 2 steps
/// side by side, no padding.
public struct MaxPool1D: PoolLayer {
  public static let kind = "max_pool1d"

  public let settings: PoolSettings<Int>

  /// Settings are checked when the network is built.
  public init(_ settings: PoolSettings<Int>) { self.settings = settings }

  /// - Parameters:
  ///   - poolSize: steps in a window.
  ///   - stride: steps from one window to the next; if not given, windows lie side by side.
  public init(poolSize: Int = 2, stride: Int? = nil, padding: Padding = .valid) {
    self.init(PoolSettings(poolSize: poolSize, strides: stride, padding: padding))
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    try pooled(input) { Ops.MaxPool($0) }
  }
}
