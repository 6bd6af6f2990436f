import Engine

/// A convolution over sequences: every filter looks at all channels of a few neighbouring steps.
///
/// From [batch, steps, channels] to [batch, windows, filters], with a kernel of shape [kernel size,
/// channels ÷ groups, filters] and a bias for each filter. Keras's defaults and layout.
public struct Conv1D: IdentifiedLayer {
  public static let kind = "conv1d"

  let settings: ConvolutionSettings
  let identity: LayerIdentity

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
    usesBias: Bool = true, kernelInitializer: Initializer = .glorotUniform,
    biasInitializer: Initializer = .zeros, name: String? = nil
  ) {
    settings = ConvolutionSettings(
      filters: filters, kernelSize: Extents(height: kernelSize, width: kernelSize),
      strides: Extents(height: stride, width: stride), padding: padding,
      dilation: Extents(height: dilation, width: dilation), groups: groups,
      activation: activation, usesBias: usesBias, kernelInitializer: kernelInitializer,
      biasInitializer: biasInitializer)
    identity = LayerIdentity(name: name)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    try identity.scope(in: input.graph, kind: Self.kind) {
      let window = try settings.padding.window(
        size: settings.kernelSize.width, stride: settings.strides.width,
        dilation: settings.dilation.width, overSteps: input, at: input.graph.path)
      return try settings(
        input.asImages(), window,
        kernelShape: [
          settings.kernelSize.width, input.shape[2] / max(1, settings.groups), settings.filters,
        ]
      ).asSequences()
    }
  }

  /// Everything but `filters` and `kernel_size` has a default.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: ConvolutionKey.self)
    for key in [ConvolutionKey.kernelSize, .strides, .dilation] { _ = try fields.steps(key) }
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
