import Datasets
import Engine
import Networks

extension RunConfiguration {
  /// The whole network for the data: as given, or hidden layers and an output layer that suits the
  /// loss.
  /// - Throws: `Problem` for a kind of network that does not suit the data.
  func layers(
    for preprocessing: Preprocessing, loss: any Loss, trainRows: Int
  ) throws -> LayerList {
    if let layers = network.layers { return layers }
    let shape = preprocessing.inputShape
    let kind = network.kind ?? (preprocessing.sequence == nil ? .dense : .lstm)
    var layers: [any Layer] = shape.rank > 1 ? [Flatten()] : []
    var hidden = network.hidden ?? Self.usualHidden(inputs: shape.count, rows: trainRows)
    if kind.isRecurrent {
      layers = try recurrentLayers(preprocessing, kind)
      return LayerList(layers + [Self.head(for: preprocessing, loss: loss)])
    }
    if kind != .dense {
      guard shape.rank == 3 else {
        throw Problem.data(
          "network", expected: "images for \(kind.rawValue)", found: "inputs of shape \(shape)",
          fix: "use dense, or give a folder of images")
      }
      layers =
        kind == .cnn
        ? Architectures.convolutions(over: shape, activation: network.activation)
        : Architectures.residualBlocks(over: shape, activation: network.activation)
      hidden = network.hidden ?? (kind == .cnn ? [128] : [])
    }
    for units in hidden {
      layers.append(
        Dense(
          units, activation: network.activation,
          kernelInitializer: network.activation.usualInitializer))
      if network.dropout > 0 { layers.append(Dropout(network.dropout)) }
    }
    layers.append(Self.head(for: preprocessing, loss: loss))
    return LayerList(layers)
  }

  private func recurrentLayers(
    _ preprocessing: Preprocessing, _ kind: NetworkKind
  ) throws -> [any Layer] {
    guard let sequence = preprocessing.sequence else {
      throw Problem.data(
        "network", expected: "a sequence for \(kind.rawValue)",
        found: "inputs of shape \(preprocessing.inputShape)",
        fix: "say which columns are its steps, such as `sequence: day_*`")
    }
    guard network.activation == NetworkSettings().activation else {
      throw Problem.data(
        "activation", expected: "none beside \(kind.rawValue), whose gates have their own",
        found: network.activation.name, fix: "write the layers in the configuration file")
    }
    return Architectures.recurrent(
      units: network.hidden ?? [32], tokens: sequence.tokens, padding: Double(sequence.padding),
      dropout: network.dropout
    ) { settings in
      if kind == .gru { return GRU(settings) }
      return LSTM(settings)
    }
  }

  /// The layer that answers. Ordered classes are cut out of one score.
  static func head(for preprocessing: Preprocessing, loss: any Loss) -> any Layer {
    if preprocessing.task == .ordered, loss.output == .scores {
      return CumulativeLink(classes: preprocessing.classes.count)
    }
    return Dense(
      loss.hasClassTargets ? max(2, preprocessing.classes.count) : preprocessing.targetCount,
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
}

extension NetworkSettings {
  /// Whether it reads the steps of a sequence one after the other.
  var readsSteps: Bool {
    kind?.isRecurrent == true
      || layers?.layers.flattened.contains { $0 is any RecurrentLayer } == true
  }
}
