import Engine
package import Networks
import Testing

/// A small network with examples for it.
package struct NetworkExample: CustomTestStringConvertible {
  package var name: String
  package var model: Model
  package var inputs: [Float]
  package var targets: [Float]
  package var testDescription: String { name }

  package init(name: String, model: Model, inputs: [Float], targets: [Float]) {
    (self.name, self.model, self.inputs, self.targets) = (name, model, inputs, targets)
  }
}

/// Networks that together use every layer, activation and loss there is.
extension NetworkExample {
  package static func all() throws -> [NetworkExample] {
    try Registry.standard.layers.map { try layer($0.kind) }
      + Registry.standard.activations.map(activation)
      + Registry.standard.losses.map(loss)
  }

  private static func make(
    _ name: String, _ network: Sequential, inputShape: TensorShape = [4], examples: Int = 1,
    loss: any Loss = .meanSquaredError, targets: [Float] = [0.3, 0.8], tokens: Int? = nil
  ) throws -> NetworkExample {
    let model = try Model(network, inputShape: inputShape, loss: loss, seed: 4)
    var generator = RandomGenerator(seed: 6)
    let inputs = (0..<inputShape.count * examples).map { _ in
      tokens.map { Float(generator.below($0)) } ?? Float(generator.uniform() * 2 - 0.8)
    }
    return NetworkExample(
      name: name, model: model, inputs: inputs, targets: (0..<examples).flatMap { _ in targets })
  }

  /// A network with a layer of this kind between two that have weights. A new kind is found here,
  /// because it has no example.
  package static func layer(_ kind: String) throws -> NetworkExample {
    let name = "layer \(kind)"
    func table(_ layer: any Layer, units: Int = 3, examples: Int = 1) throws -> NetworkExample {
      try make(name, Sequential([Dense(units), layer, Dense(2)]), examples: examples)
    }
    func sequence(_ layers: any Layer...) throws -> NetworkExample {
      try make(name, Sequential([Dense(2)] + layers + [Flatten(), Dense(2)]), inputShape: [4, 2])
    }
    func image(_ layers: any Layer...) throws -> NetworkExample {
      let first = Conv2D(2, kernelSize: 2, activation: .tanh, biasInitializer: .constant(0.1))
      return try make(
        name, Sequential([first] + layers + [Flatten(), Dense(2)]), inputShape: [5, 5, 1])
    }
    switch kind {
    case Activation.kind: return try table(Activation(.tanh))
    case BatchNorm.kind: return try table(BatchNorm(), examples: 3)
    case Change.kind:
      return try make(
        name,
        Sequential([
          Dense(3),
          Change([Dense(2)], from: [2, 0], base: 1, relative: [0, 1], spread: 2, unit: 0.5),
        ]), examples: 2)
    case CumulativeLink.kind:
      return try make(
        name, Sequential([Dense(3, activation: .tanh), CumulativeLink(classes: 4)]),
        loss: .crossEntropy, targets: [1])
    case Dense.kind: return try table(Dense(3, usesBias: false))
    case Dropout.kind: return try table(Dropout(0.5), units: 6)
    case Embedding.kind:
      return try make(
        name, Sequential([Embedding(tokens: 5, units: 2), Flatten(), Dense(2)]), inputShape: [3],
        tokens: 5)
    case Flatten.kind:
      return try make(
        name, Sequential([Flatten(), Dense(3, activation: .sigmoid), Dense(2)]),
        inputShape: [2, 2])
    case ImageBranch.kind:
      return try make(
        name,
        Sequential([
          ImageBranch([3, 2, 1], [Conv2D(2, kernelSize: 2, activation: .tanh)]), Dense(2),
        ]), inputShape: [8])
    case FrozenLayers.kind: return try table(FrozenLayers([Dense(3, activation: .tanh)]))
    case SimpleRNN.kind: return try sequence(SimpleRNN(2))
    case LSTM.kind: return try sequence(LSTM(2, returnsSequences: true))
    case GRU.kind: return try sequence(GRU(2))
    case Bidirectional.kind: return try sequence(Bidirectional(LSTM(2)))
    case Attention.kind: return try sequence(Attention(heads: 2, keyWidth: 2))
    case TransformerBlock.kind: return try sequence(TransformerBlock(heads: 1, hidden: 3))
    case Reshaping.kind: return try sequence(Reshaping(to: [2, 4]))
    case GraphLayer.kind:
      return try table(
        GraphLayer(
          GraphRecording(of: [3]) { x in
            try x
              * x.graph.variable(
                Variable("scale", shape: [3], isTrainable: true) { _ in
                  Tensor(repeating: 0.5, shape: [3])
                })
          }), examples: 2)
    case LayerNorm.kind: return try table(LayerNorm())
    case Ensemble.kind:
      return try make(
        name,
        Sequential([
          Ensemble([Dense(2), Sequential([Dense(3, activation: .tanh), Dense(2)])])
        ]))
    case Members.kind, MemberDense.kind:
      return try make(
        name, Sequential([Dense(3), Members(2), Dense(3, activation: .tanh), MemberDense(2)]),
        examples: 2)
    case PiecewiseLinear.kind:
      return try table(PiecewiseLinear(edges: [[-1, 0, 1.5], [], [-2, 2]]), examples: 2)
    case Masking.kind: return try sequence(Masking())
    case ParametricReLU.kind:
      return try table(ParametricReLU(slopeInitializer: .constant(0.2)))
    case Residual.kind: return try table(Residual([Dense(3, activation: .tanh)]))
    case Sequential.kind: return try table(Sequential([Dense(3)]))
    case PositionEmbedding.kind: return try sequence(PositionEmbedding())
    case GlobalAveragePool1D.kind: return try sequence(GlobalAveragePool1D())
    case GlobalMaxPool1D.kind: return try sequence(GlobalMaxPool1D())
    case Upsample1D.kind: return try sequence(Upsample1D())
    case ZeroPadding1D.kind: return try sequence(ZeroPadding1D())
    case Conv1D.kind: return try sequence(Conv1D(2, kernelSize: 2, activation: .tanh))
    case AveragePool1D.kind: return try sequence(AveragePool1D())
    case MaxPool1D.kind: return try sequence(MaxPool1D())
    case Conv2D.kind: return try image(Conv2D(2, kernelSize: 3, padding: .same, groups: 2))
    case DepthwiseConv2D.kind: return try image(DepthwiseConv2D(kernelSize: 2, multiplier: 2))
    case AveragePool2D.kind: return try image(AveragePool2D())
    case MaxPool2D.kind: return try image(MaxPool2D())
    case GlobalAveragePool2D.kind: return try image(GlobalAveragePool2D())
    case GlobalMaxPool2D.kind: return try image(GlobalMaxPool2D())
    case Upsample2D.kind: return try image(MaxPool2D(), Upsample2D())
    case ZeroPadding2D.kind: return try image(MaxPool2D(), ZeroPadding2D(1))
    default:
      Issue.record("no example network for the layer kind \(kind)")
      return try table(Dense(2))
    }
  }

  package static func activation(_ function: ActivationFunction) throws -> NetworkExample {
    try make(
      "activation \(function.name)",
      Sequential {
        Dense(3, activation: function, biasInitializer: .constant(0.1)); Dense(2)
      })
  }

  package static func loss(_ loss: any Loss) throws -> NetworkExample {
    return try make(
      "loss \(loss.name)",
      Sequential {
        Dense(3, activation: .tanh); Dense(2, activation: loss.outputActivation)
      },
      loss: loss, targets: loss.hasClassTargets ? [1] : [0.3, 0.8])
  }
}
