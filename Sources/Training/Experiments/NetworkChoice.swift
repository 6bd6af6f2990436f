import Datasets
import Engine
import Networks

extension RunConfiguration {
  /// The whole network for the data: as given, or hidden layers and an output layer that suits the
  /// loss.
  /// - Throws: `Problem` for a kind of network that does not suit the data.
  func layers(
    for preprocessing: Preprocessing, loss: Loss, trainRows: Int
  ) throws -> LayerList {
    if let layers = network.layers { return layers }
    let shape = preprocessing.inputShape
    let kind = network.kind ?? (preprocessing.sequence == nil ? .dense : .lstm)
    var layers: [any Layer] = shape.rank > 1 ? [Flatten()] : []
    var hidden = network.hidden ?? Self.usualHidden(inputs: shape.count, rows: trainRows)
    if kind.isRecurrent {
      let sequences = try SequenceNetwork(preprocessing, kind, network.activation)
      layers = sequences.layers(units: network.hidden ?? [32], dropout: network.dropout)
      return LayerList(layers + [Self.head(for: preprocessing, loss: loss)])
    }
    if kind != .dense {
      let images = try ImageNetwork(
        shape, kind, activation: network.activation,
        initializer: Self.initializer(network.activation))
      layers = kind == .cnn ? images.convolutions : images.residualBlocks
      hidden = network.hidden ?? (kind == .cnn ? [128] : [])
    }
    for units in hidden {
      layers.append(
        Dense(
          units, activation: network.activation,
          kernelInitializer: Self.initializer(network.activation)))
      if network.dropout > 0 { layers.append(Dropout(network.dropout)) }
    }
    layers.append(Self.head(for: preprocessing, loss: loss))
    return LayerList(layers)
  }

  /// The layer that answers.
  static func head(for preprocessing: Preprocessing, loss: Loss) -> Dense {
    Dense(
      loss.hasClassTargets ? max(2, preprocessing.classes.count) : 1,
      activation: loss.outputActivation)
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
