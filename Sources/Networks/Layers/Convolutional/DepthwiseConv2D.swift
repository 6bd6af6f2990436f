import Engine

/// A convolution in which every channel has windows of its own; filters do not mix channels.
///
/// From [batch, height, width, channels] to [batch, rows, columns, channels · multiplier], with a
/// kernel of shape [kernel height, kernel width, channels, multiplier] and a bias for each output.
/// Keras's defaults and layout.
public struct DepthwiseConv2D: IdentifiedLayer {
  public static let kind = "depthwise_conv2d"

  let settings: ConvolutionSettings
  let identity: LayerIdentity

  /// - Parameters:
  ///   - kernelSize: height and width of the window, in pixels; `3` is 3 × 3.
  ///   - multiplier: filters for each channel, at least 1.
  ///   - name: the beginning of its tensors' names; `depthwise_conv2d` and so on if not given.
  public init(
    kernelSize: Extents, multiplier: Int = 1, strides: Extents = 1, padding: Padding = .valid,
    dilation: Extents = 1, activation: ActivationFunction = .linear, usesBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
    name: String? = nil
  ) {
    settings = ConvolutionSettings(
      filters: multiplier, kernelSize: kernelSize, strides: strides, padding: padding,
      dilation: dilation, groups: 1, activation: activation, usesBias: usesBias,
      kernelInitializer: kernelInitializer, biasInitializer: biasInitializer)
    identity = LayerIdentity(name: name)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    try identity.scope(in: input.graph, kind: Self.kind) {
      let window = try settings.padding.window(
        size: settings.kernelSize, strides: settings.strides, dilation: settings.dilation,
        over: input, at: input.graph.path)
      let channels = input.shape[3]
      var whole = settings
      whole.groups = channels
      let (filters, overflow) = channels.multipliedReportingOverflow(by: settings.filters)
      whole.filters = overflow ? 0 : filters
      return try whole(
        input, window,
        kernelShape: [
          settings.kernelSize.height, settings.kernelSize.width, channels, settings.filters,
        ])
    }
  }

  /// Everything but `kernel_size` has a default.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: ConvolutionKey.self)
    settings = try ConvolutionSettings(
      fields, filters: fields.decodeIfPresent(Int.self, forKey: .depthMultiplier) ?? 1)
    identity = LayerIdentity(name: try fields.decodeIfPresent(String.self, forKey: .name))
  }

  /// Writes every setting.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: ConvolutionKey.self)
    try fields.encode(settings.filters, forKey: .depthMultiplier)
    try settings.encode(&fields)
    try fields.encodeIfPresent(identity.name, forKey: .name)
  }
}
