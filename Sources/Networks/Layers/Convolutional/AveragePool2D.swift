package import Engine

/// Keeps the mean of each window, channel by channel; cells outside the image do not count.
///
/// From [batch, height, width, channels] to [batch, rows, columns, channels]. Keras's defaults: windows
/// of 2 × 2 side by side, no padding.
public struct AveragePool2D: PoolLayer {
  public static let kind = "average_pool2d"
  public static var usual: Self { Self() }
  public static var settings: [Setting<Self>] { PoolSettings.settings.within(\.pool) }

  package var pool: PoolSettings<Extents>

  /// - Parameters:
  ///   - poolSize: height and width of a window, in pixels.
  ///   - strides: pixels from one window to the next; if not given, windows lie side by side.
  public init(poolSize: Extents = 2, strides: Extents? = nil, padding: Padding = .valid) {
    pool = PoolSettings(poolSize: poolSize, strides: strides, padding: padding)
  }

  package static func op(_ window: Window) -> Ops.AveragePool { Ops.AveragePool(window) }
}
