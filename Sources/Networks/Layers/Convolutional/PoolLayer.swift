package import Engine

/// The windows of a pool, over sequences or over images.
package struct PoolSettings<Size: WindowSize>: Sendable {
  /// Of a window.
  package var poolSize: Size
  /// From one window to the next; if not given, windows lie side by side.
  package var strides: Size?
  package var padding: Padding

  static var settings: [Setting<Self>] {
    [
      .usual("pool_size", \.poolSize, in: NetworkLimits.window),
      .optional("strides", \.strides, from: "pool_size", in: NetworkLimits.window),
      .usual("padding", \.padding),
    ]
  }
}

/// A layer that makes one number of each window, channel by channel.
package protocol PoolLayer: StoredLayer {
  associatedtype Size: WindowSize
  associatedtype Pool: Op
  var pool: PoolSettings<Size> { get }
  /// What makes the number.
  static func op(_ window: Window) -> Pool
}

extension PoolLayer {
  public func callAsFunction(_ input: Node) throws -> Node {
    let window = try Size.window(
      pool.padding, size: pool.poolSize, strides: pool.strides ?? pool.poolSize, dilation: 1,
      over: input, at: input.graph.place(of: Self.kind))
    return try Size.output(of: Self.op(window)(Size.images(of: input)))
  }
}
