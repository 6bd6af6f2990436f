package import Engine

/// Keeps the largest number of each window of steps, channel by channel.
///
/// From [batch, steps, channels] to [batch, windows, channels]. Keras's defaults: windows of 2 steps
/// side by side, no padding.
public struct MaxPool1D: PoolLayer {
  public static let kind = "max_pool1d"
  public static var usual: Self { Self() }
  public static var settings: [Setting<Self>] { PoolSettings.settings.within(\.pool) }

  package var pool: PoolSettings<Steps>

  /// - Parameters:
  ///   - poolSize: steps in a window.
  ///   - stride: steps from one window to the next; if not given, windows lie side by side.
  public init(poolSize: Int = 2, stride: Int? = nil, padding: Padding = .valid) {
    pool = PoolSettings(
      poolSize: Steps(poolSize), strides: stride.map { Steps($0) }, padding: padding)
  }

  package static func op(_ window: Window) -> Ops.MaxPool { Ops.MaxPool(window) }
}
