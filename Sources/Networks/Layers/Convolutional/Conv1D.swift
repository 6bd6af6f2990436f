import Engine

/// A convolution over sequences: every filter looks at all channels of a few neighbouring steps.
///
/// From [batch, steps, channels] to [batch, windows, filters], with a kernel of shape [kernel size,
/// channels ÷ groups, filters] and a bias for each filter. Keras's defaults and layout.
public struct Conv1D: ConvolutionLayer {
  public static let kind = "conv1d"
  public static var usual: Self { Self(0, kernelSize: 0) }
  public static var settings: [Setting<Self>] { settings(of: \.convolution) }

  package var convolution: ConvolutionSettings<Steps>
  public var identity: LayerIdentity

  /// - Parameters:
  ///   - filters: at least 1; settings are checked when the network is built.
  ///   - kernelSize: steps in a window.
  ///   - stride: steps from one window to the next.
  ///   - dilation: steps from one cell of a window to the next.
  ///   - groups: a filter sees one of so many equal parts of the channels.
  ///   - name: the beginning of its tensors' names; `conv1d`, `conv1d_1`, … if not given.
  public init(
    _ filters: Int, kernelSize: Int, stride: Int = 1, padding: Padding = .valid,
    dilation: Int = 1, groups: Int = 1, activation: ActivationFunction = .linear,
    usesBias: Bool = true, kernelInitializer: any Initializer = .glorotUniform,
    biasInitializer: any Initializer = .zeros, name: String? = nil
  ) {
    convolution = ConvolutionSettings(
      filters: filters, kernelSize: Steps(kernelSize),
      strides: Steps(stride), padding: padding,
      dilation: Steps(dilation), groups: groups,
      activation: activation, usesBias: usesBias, kernelInitializer: kernelInitializer,
      biasInitializer: biasInitializer)
    identity = LayerIdentity(name: name)
  }
}
