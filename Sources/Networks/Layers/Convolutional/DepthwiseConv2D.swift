public import Engine

/// A convolution in which every channel has windows of its own; filters do not mix channels.
///
/// From [batch, height, width, channels] to [batch, rows, columns, channels · multiplier], with a
/// kernel of shape [kernel height, kernel width, channels, multiplier] and a bias for each output.
/// Keras's defaults and layout.
public struct DepthwiseConv2D: IdentifiedLayer {
  public static let kind = "depthwise_conv2d"
  public static var usual: Self { Self(kernelSize: 0) }
  public static var settings: [Setting<Self>] {
    let multiplier: [Setting<ConvolutionSettings<Extents>>] = [
      .usual("depth_multiplier", \.filters, in: NetworkLimits.units)
    ]
    return (multiplier + ConvolutionSettings.shared).within(\.convolution) + [.name]
  }

  public var detail: String {
    convolution.activation == .linear ? "" : convolution.activation.name
  }

  package var convolution: ConvolutionSettings<Extents>
  public var identity: LayerIdentity

  /// - Parameters:
  ///   - kernelSize: height and width of the window, in pixels; `3` is 3 × 3.
  ///   - multiplier: filters for each channel, at least 1.
  ///   - name: the beginning of its tensors' names; `depthwise_conv2d` and so on if not given.
  public init(
    kernelSize: Extents, multiplier: Int = 1, strides: Extents = 1, padding: Padding = .valid,
    dilation: Extents = 1, activation: ActivationFunction = .linear, usesBias: Bool = true,
    kernelInitializer: any Initializer = .glorotUniform, biasInitializer: any Initializer = .zeros,
    name: String? = nil
  ) {
    convolution = ConvolutionSettings(
      filters: multiplier, kernelSize: kernelSize, strides: strides, padding: padding,
      dilation: dilation, groups: 1, activation: activation, usesBias: usesBias,
      kernelInitializer: kernelInitializer, biasInitializer: biasInitializer)
    identity = LayerIdentity(name: name)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    try identity.scope(in: input.graph, kind: Self.kind) {
      let window = try Extents.window(
        convolution.padding, size: convolution.kernelSize, strides: convolution.strides,
        dilation: convolution.dilation, over: input, at: input.graph.path)
      let channels = input.shape[3]
      var whole = convolution
      whole.groups = channels
      let (filters, overflow) = channels.multipliedReportingOverflow(by: convolution.filters)
      whole.filters = overflow ? 0 : filters
      return try whole(
        input, window,
        kernelShape: [
          convolution.kernelSize.height, convolution.kernelSize.width, channels,
          convolution.filters,
        ])
    }
  }
}
