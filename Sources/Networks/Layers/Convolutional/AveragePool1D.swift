import Engine

/// Keeps the mean of each window of steps, channel by channel; steps outside do not count.
///
/// From [batch, steps, channels] to [batch, windows, channels]. Keras's defaults: windows of 2 steps
/// side by side, no padding.
public struct AveragePool1D: PoolLayer {
  public static let kind = "average_pool1d"

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
    try pooled(input) { Ops.AveragePool($0) }
  }
}
