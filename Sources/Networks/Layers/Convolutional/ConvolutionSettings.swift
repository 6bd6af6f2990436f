package import Engine

/// What the convolution layers share: their settings, in files too, and what they do.
package struct ConvolutionSettings<Size: WindowSize>: Sendable {
  /// Filters, or filters for each channel of a depthwise layer.
  var filters: Int
  var kernelSize: Size
  var strides: Size
  var padding: Padding
  var dilation: Size
  var groups: Int
  var activation: ActivationFunction
  var usesBias: Bool
  var kernelInitializer: any Initializer
  var biasInitializer: any Initializer

  /// The weighted sums of a window, plus bias, through the activation.
  /// - Parameter kernelShape: how the kernel is stored; the same numbers as [height, width,
  ///   channels / groups, filters].
  func callAsFunction(_ input: Node, _ window: Window, kernelShape: [Int]) throws -> Node {
    let graph = input.graph
    let channels = input.shape[3]
    let outputs = try outputs(groups: groups, channels: channels, graph.path)
    let kernel = try graph.parameter(
      "kernel", shape: TensorShape(checking: kernelShape, at: graph.path), kernelInitializer)
    let weights = try kernel.reshaped(
      to: TensorShape(checking: [
        window.rows.size, window.columns.size, channels / groups, outputs,
      ]))
    var output: Node
    if groups > 1, groups == channels, outputs > channels {
      // Several filters for each channel: as many copies of it, one for each.
      let copies = input.shape.extents + [outputs / channels]
      let spread = try Ops.Broadcast(to: TensorShape(checking: copies), axes: [0, 1, 2, 3])(input)
      let repeated = try spread.reshaped(
        to: TensorShape(checking: input.shape.extents.dropLast() + [outputs]))
      output = try Ops.Convolution(window, groups: outputs)(repeated, weights)
    } else {
      output = try Ops.Convolution(window, groups: groups)(input, weights)
    }
    if usesBias {
      output =
        try output
        + graph.parameter("bias", shape: TensorShape(checking: [outputs]), biasInitializer)
    }
    return try activation(output)
  }

  private func outputs(groups: Int, channels: Int, _ path: String) throws -> Int {
    guard filters > 0, groups > 0, channels % groups == 0, filters % groups == 0,
      kernelSize.extents.allSatisfy({ $0 > 0 })
    else {
      throw Problem.shape(
        path,
        expected:
          "at least 1 filter, a kernel of at least 1 along each axis, and groups that divide "
          + "the filters and the channels",
        found: "\(filters) filters, a kernel "
          + kernelSize.extents.map(String.init).joined(separator: " × ")
          + ", \(groups) groups, \(channels) channels")
    }
    return filters
  }
}

extension ConvolutionSettings {
  /// All but the filters and the groups, which not every kind of layer has.
  static var shared: [Setting<Self>] {
    [
      .required("kernel_size", \.kernelSize, in: NetworkLimits.window),
      .usual("strides", \.strides, in: NetworkLimits.window),
      .usual("padding", \.padding), .usual("dilation", \.dilation, in: NetworkLimits.window),
      .usual("activation", \.activation), .usual("bias", \.usesBias),
      .initializer("kernel_initializer", \.kernelInitializer),
      .initializer("bias_initializer", \.biasInitializer),
    ]
  }
}

/// A convolution in which every filter looks at all channels of its group.
package protocol ConvolutionLayer: IdentifiedLayer {
  associatedtype Size: WindowSize
  var convolution: ConvolutionSettings<Size> { get set }
}

extension ConvolutionLayer {
  /// In files.
  static func settings(
    of path: any WritableKeyPath<Self, ConvolutionSettings<Size>> & Sendable
  ) -> [Setting<Self>] {
    let own: [Setting<ConvolutionSettings<Size>>] = [
      .required("filters", \.filters, in: NetworkLimits.units),
      .usual("groups", \.groups, in: NetworkLimits.parts),
    ]
    return (own + ConvolutionSettings.shared).within(path) + [.name]
  }

  public var detail: String {
    convolution.activation == .linear ? "" : convolution.activation.name
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    try identity.scope(in: input.graph, kind: Self.kind) {
      let window = try Size.window(
        convolution.padding, size: convolution.kernelSize, strides: convolution.strides,
        dilation: convolution.dilation, over: input, at: input.graph.path)
      let channels = input.shape[input.shape.rank - 1]
      return try Size.output(
        of: convolution(
          Size.images(of: input), window,
          kernelShape: convolution.kernelSize.extents + [
            channels / max(1, convolution.groups), convolution.filters,
          ]))
    }
  }
}
