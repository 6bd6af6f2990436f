import Engine
import Networks
import Testing
import Training

@testable import Explaining

/// Networks that together use every layer, activation, loss and optimiser there is.
enum EveryKind {
  struct Case: CustomTestStringConvertible {
    var name: String
    var tracer: Tracer
    var inputs: [Float]
    var targets: [Float]
    var testDescription: String { name }
  }

  static func all() throws -> [Case] {
    try LayerCatalog.layers.map { try layer($0.kind) } + ActivationFunction.all.map(activation)
      + Loss.all.map(loss) + Optimizer.all.map { try optimizer($0.name, $0.optimizer) }
      + clippings()
  }

  private static func make(
    _ name: String, _ network: Sequential, inputShape: Shape = [4],
    loss: Loss = .meanSquaredError, targets: [Float] = [0.3, 0.8], optimizer: Optimizer = .sgd()
  ) throws -> Case {
    let model = try Model(network, inputShape: inputShape, loss: loss, seed: 4)
    var generator = RandomGenerator(seed: 6)
    let inputs = (0..<inputShape.count).map { _ in Float(generator.uniform() * 2 - 0.8) }
    return Case(
      name: name, tracer: Tracer(model, plan: TrainingPlan(loss: loss, optimizer: optimizer)),
      inputs: inputs, targets: targets)
  }

  /// A network with a layer of this kind between two dense ones. A new kind is found here, because it
  /// has no example.
  private static func layer(_ kind: String) throws -> Case {
    let network: Sequential
    var shape: Shape = [4]
    switch kind {
    case Activation.kind:
      network = Sequential {
        Dense(3); Activation(.tanh); Dense(2)
      }
    case Dense.kind:
      network = Sequential {
        Dense(3, usesBias: false); Dense(2)
      }
    case Dropout.kind:
      network = Sequential {
        Dense(6); Dropout(0.5); Dense(2)
      }
    case Flatten.kind:
      shape = [2, 2]
      network = Sequential {
        Flatten(); Dense(3, activation: .sigmoid); Dense(2)
      }
    case ParametricReLU.kind:
      network = Sequential {
        Dense(3)
        ParametricReLU(slopeInitializer: .constant(0.2))
        Dense(2)
      }
    case Sequential.kind:
      network = Sequential {
        Sequential { Dense(3) }; Dense(2)
      }
    default:
      if let windows = windows(kind) {
        (network, shape) = windows
        break
      }
      Issue.record("no example network for the layer kind \(kind)")
      network = Sequential { Dense(2) }
    }
    return try make("layer \(kind)", network, inputShape: shape)
  }

  private static func activation(_ function: ActivationFunction) throws -> Case {
    try make(
      "activation \(function.name)",
      Sequential {
        Dense(3, activation: function, biasInitializer: .constant(0.1)); Dense(2)
      })
  }

  private static func loss(_ loss: Loss) throws -> Case {
    let last: ActivationFunction =
      switch loss {
      case .binaryCrossEntropyOnProbabilities: .sigmoid
      case .crossEntropyOnProbabilities: .softmax
      default: .linear
      }
    return try make(
      "loss \(loss.name)",
      Sequential {
        Dense(3, activation: .tanh); Dense(2, activation: last)
      },
      loss: loss, targets: loss.hasClassTargets ? [1] : [0.3, 0.8])
  }

  private static func optimizer(_ name: String, _ optimizer: Optimizer) throws -> Case {
    try make("optimizer \(name)", Sequential { Dense(2) }, optimizer: optimizer)
  }

  private static func clippings() throws -> [Case] {
    try [Clipping.value(0.01), .norm(0.02), .globalNorm(0.03)].map { clipping in
      var optimizer = Optimizer.adam()
      optimizer.clipping = clipping
      return try make(
        "clipping \(clipping)",
        Sequential {
          Dense(3, activation: .tanh); Dense(2)
        },
        optimizer: optimizer)
    }
  }
}
