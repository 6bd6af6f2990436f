import Engine
import Networks
import RunSupport

/// Layers with settings that are not the usual ones.
enum LayerVariants {
  static func all() throws -> [NetworkExample] {
    func image(_ name: String, _ layer: any Layer) throws -> NetworkExample {
      try make(name, [Conv2D(4, kernelSize: 2), layer, Flatten(), Dense(2)], [7, 6, 2])
    }
    func sequence(_ name: String, _ layer: any Layer) throws -> NetworkExample {
      try make(name, [Dense(4), layer, Flatten(), Dense(2)], [5, 3])
    }
    return try [
      image(
        "conv strides",
        Conv2D(
          4, kernelSize: Extents(height: 3, width: 2), strides: Extents(height: 2, width: 1),
          padding: .same)),
      image("conv dilation", Conv2D(4, kernelSize: 2, dilation: 2, usesBias: false)),
      image("conv groups", Conv2D(4, kernelSize: 3, groups: 2, activation: .relu)),
      image("depthwise", DepthwiseConv2D(kernelSize: 3, multiplier: 2, padding: .same)),
      image("max pool same", MaxPool2D(poolSize: 3, strides: 2, padding: .same)),
      image("average pool same", AveragePool2D(poolSize: 3, strides: 2, padding: .same)),
      image("bilinear", Upsample2D(size: 2, interpolation: .bilinear)),
      image("layer norm of images", LayerNorm()),
      image("batch norm of images", BatchNorm()),
      image(
        "residual of images",
        Residual([Conv2D(4, kernelSize: 3, padding: .same), BatchNorm(), Activation(.relu)])),
      sequence("conv causal", Conv1D(3, kernelSize: 3, padding: .causal, dilation: 2)),
      sequence("lstm backwards", LSTM(3, returnsSequences: true, goesBackwards: true)),
      sequence("gru relu", GRU(3, activation: .relu, returnsSequences: true)),
      sequence("gru no bias", GRU(3, usesBias: false)),
      sequence("rnn elu", SimpleRNN(3, activation: .elu(scale: 0.5))),
      sequence("rnn gelu", SimpleRNN(3, activation: .gelu)),
      make("masked lstm", [Masking(), LSTM(3), Dense(2)], [5, 3]),
      make("masked bidirectional", [Masking(0.25), Bidirectional(GRU(2)), Dense(2)], [5, 1]),
      sequence("bidirectional sum", Bidirectional(GRU(3), merge: .sum)),
      sequence("causal attention", Attention(heads: 2, keyWidth: 2, isCausal: true)),
      sequence("transformer", TransformerBlock(heads: 2, hidden: 6)),
      make("softmax inside", [Dense(4, activation: .softmax), Dense(2)], [3]),
    ]
  }

  /// What no ONNX operator says, each by name.
  static let refused: Set<String> = ["rnn gelu: gelu"]

  private static func make(
    _ name: String, _ layers: [any Layer], _ shape: TensorShape
  ) throws -> NetworkExample {
    var random = RandomGenerator(seed: 11)
    let inputs = (0..<shape.count).map { _ in Float(random.uniform() * 2 - 1) }
    return NetworkExample(
      name: name,
      model: try Model(
        Sequential(layers), inputShape: shape, loss: .meanSquaredError, seed: 3),
      inputs: inputs, targets: [])
  }
}
