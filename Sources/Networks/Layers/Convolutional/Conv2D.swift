import Engine

/// A convolution over images: every filter looks at all channels of a small window, everywhere with
/// the same weights.
///
/// From [batch, height, width, channels] to [batch, rows, columns, filters], with a kernel of shape
/// [kernel height, kernel width, channels ÷ groups, filters] and a bias for each filter. Keras's
/// defaults and layout: no padding, Glorot-uniform kernel, zero bias. PyTorch keeps its kernel as
/// [filters, channels ÷ groups, height, width].
public struct Conv2D: IdentifiedLayer {
  public static let kind = "conv2d"

  let settings: ConvolutionSettings
  let identity: LayerIdentity

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
    usesBias: Bool = true, kernelInitializer: Initializer = .glorotUniform,
    biasInitializer: Initializer = .zeros, name: String? = nil
  ) {
    settings = ConvolutionSettings(
      filters: filters, kernelSize: kernelSize, strides: strides, padding: padding,
      dilation: dilation, groups: groups, activation: activation, usesBias: usesBias,
      kernelInitializer: kernelInitializer, biasInitializer: biasInitializer)
    identity = LayerIdentity(name: name)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    try identity.scope(in: input.graph, kind: Self.kind) {
      let size = settings.kernelSize
      let window = try settings.padding.window(
        size: size, strides: settings.strides, dilation: settings.dilation, over: input,
        at: input.graph.path)
      return try settings(
        input, window,
        kernelShape: [
          size.height, size.width, input.shape[3] / max(1, settings.groups), settings.filters,
        ])
    }
  }

  /// Everything but `filters` and `kernel_size` has a default.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: ConvolutionKey.self)
    settings = try ConvolutionSettings(
      fields, filters: fields.decode(Int.self, forKey: .filters))
    identity = LayerIdentity(name: try fields.decodeIfPresent(String.self, forKey: .name))
  }

  /// Writes every setting.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: ConvolutionKey.self)
    try fields.encode(settings.filters, forKey: .filters)
    try fields.encode(settings.groups, forKey: .groups)
    try settings.encode(&fields)
    try fields.encodeIfPresent(identity.name, forKey: .name)
  }
}
