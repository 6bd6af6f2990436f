import Datasets
import Engine
import Networks

extension RunConfiguration {
  /// The whole network for the data: as given, or hidden layers and an output layer that suits the
  /// loss.
  func layers(for preprocessing: Preprocessing, loss: Loss, trainRows: Int) -> LayerList {
    if let network { return network }
    let shape = preprocessing.inputShape
    var layers: [any Layer] = shape.rank > 1 ? [Flatten()] : []
    for units in hidden ?? Self.usualHidden(inputs: shape.count, rows: trainRows) {
      layers.append(
        Dense(units, activation: activation, kernelInitializer: Self.initializer(activation)))
      if dropout > 0 { layers.append(Dropout(dropout)) }
    }
    let outputs =
      loss.hasClassTargets ? max(2, preprocessing.classes.count) : 1
    layers.append(Dense(outputs, activation: loss.outputActivation))
    return LayerList(layers)
  }

  /// Wide enough for the inputs, small enough for the rows.
  static func usualHidden(inputs: Int, rows: Int) -> [Int] {
    switch (rows, inputs) {
    case (..<smallData, _): [16]
    case (_, 257...): [128]
    case (_, 33...): [64]
    default: [64, 32]
    }
  }

  /// He's for functions that are zero below zero, Glorot's else.
  private static func initializer(_ activation: ActivationFunction) -> Initializer {
    switch activation {
    case .relu, .leakyReLU, .gelu, .geluTanh, .silu, .elu: .heNormal
    case .selu: .lecunNormal
    default: .glorotUniform
    }
  }
}
