import Engine

/// What the convolution layers share: their settings, in files too, and what they do.
struct ConvolutionSettings: Sendable {
  /// Filters, or filters for each channel of a depthwise layer.
  var filters: Int
  var kernelSize: Extents
  var strides: Extents
  var padding: Padding
  var dilation: Extents
  var groups: Int
  var activation: ActivationFunction
  var usesBias: Bool
  var kernelInitializer: Initializer
  var biasInitializer: Initializer

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
      [kernelSize.height, kernelSize.width].allSatisfy({ $0 > 0 })
    else {
      throw Problem.shape(
        path,
        expected: "at least 1 filter, a kernel of at least 1 × 1, and groups that divide the "
          + "filters and the channels",
        found: "\(filters) filters, a kernel \(kernelSize.height) × \(kernelSize.width), "
          + "\(groups) groups, \(channels) channels")
    }
    return filters
  }
}

/// How the settings are called in files. Sequences have one number where images may have two.
enum ConvolutionKey: String, CodingKey {
  case filters, strides, padding, dilation, groups, activation, bias, name
  case depthMultiplier = "depth_multiplier"
  case kernelSize = "kernel_size"
  case kernelInitializer = "kernel_initializer"
  case biasInitializer = "bias_initializer"
}

extension ConvolutionSettings {
  /// Everything but the filters and the kernel's size has a default.
  init(_ fields: KeyedDecodingContainer<ConvolutionKey>, filters: Int) throws {
    func optional<Value: Decodable>(_ key: ConvolutionKey, _ usual: Value) throws -> Value {
      try fields.decodeIfPresent(Value.self, forKey: key) ?? usual
    }
    self.init(
      filters: filters, kernelSize: try fields.decode(Extents.self, forKey: .kernelSize),
      strides: try optional(.strides, 1), padding: try optional(.padding, .valid),
      dilation: try optional(.dilation, 1), groups: try optional(.groups, 1),
      activation: try optional(.activation, .linear), usesBias: try optional(.bias, true),
      kernelInitializer: try optional(.kernelInitializer, .glorotUniform),
      biasInitializer: try optional(.biasInitializer, .zeros))
  }

  /// Writes every setting but the filters.
  func encode(_ fields: inout KeyedEncodingContainer<ConvolutionKey>) throws {
    try fields.encode(kernelSize, forKey: .kernelSize)
    try fields.encode(strides, forKey: .strides)
    try fields.encode(padding, forKey: .padding)
    try fields.encode(dilation, forKey: .dilation)
    try fields.encode(activation, forKey: .activation)
    try fields.encode(usesBias, forKey: .bias)
    try fields.encode(kernelInitializer, forKey: .kernelInitializer)
    try fields.encode(biasInitializer, forKey: .biasInitializer)
  }
}
