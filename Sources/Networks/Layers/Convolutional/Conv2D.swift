import Engine

/// A convolution over images: every filter looks at all channels of a small window, everywhere with
/// the same weights.
///
/// From [batch, height, width, channels] to [batch, rows, columns, filters], with a kernel of shape
/// [kernel height, kernel width, channels ÷ groups, filters] and a bias for each filter. Keras's
/// defaults and layout: no padding, Glorot-uniform kernel, zero bias. PyTorch keeps its kernel as
/// [filters, channels ÷ groups, height, width].
public struct Conv2D: ConvolutionLayer {
  public static let kind = "conv2d"
  public static var usual: Self { Self(0, kernelSize: 0) }
  public static var settings: [Setting<Self>] { settings(of: \.convolution) }

  package var convolution: ConvolutionSettings<Extents>
  public var identity: LayerIdentity

  /// - Parameters:
  ///   - filters: at least 1; settings are checked when the network is built.
  ///   - kernelSize: height and width of the window, in pixels; `3` is 3 × 3.
  ///   - strides: pixels from one window to the next.
  ///   - dilation: pixels from one cell of a window to the next.
  ///   - groups: a filter sees one of so many equal parts of the channels.
  ///   - name: the beginning of its tensors' names; `conv2d`, `conv2d_1`, … if not given.
  public init(
    _ filters: Int, kernelSize: Extents, strides: Extents = 1, padding: Padding = .valid,
    dilation: Extents = 1, groups: Int = 1, activation: ActivationFunction = .linear,
    usesBias: Bool = true, kernelInitializer: any Initializer = .glorotUniform,
    biasInitializer: any Initializer = .zeros, name: String? = nil
  ) {
    convolution = ConvolutionSettings(
      filters: filters, kernelSize: kernelSize, strides: strides, padding: padding,
      dilation: dilation, groups: groups, activation: activation, usesBias: usesBias,
      kernelInitializer: kernelInitializer, biasInitializer: biasInitializer)
    identity = LayerIdentity(name: name)
  }
}
