package import Datasets
import Engine
import Networks

extension RunConfiguration {
  /// The whole network for the data: as given, or hidden layers and an output layer that suits the
  /// loss; for the change of a series put into the layer that adds what changes.
  /// - Throws: `Problem` for a kind of network that does not suit the data.
  func layers(
    for preprocessing: Preprocessing, loss: any Loss, train: Dataset
  ) throws -> LayerList {
    if let layers = network.layers, layers.layers.contains(where: { $0 is Change }) {
      return layers
    }
    let change = Change(
      of: preprocessing, train, outputs: Self.outputs(for: preprocessing, loss: loss))
    let layers =
      try network.layers
      ?? plainLayers(for: preprocessing, loss: loss, train: train, inside: change)
    return LayerList(change?.around(layers.layers) ?? layers.layers)
  }

  private func plainLayers(
    for preprocessing: Preprocessing, loss: any Loss, train: Dataset, inside change: Change?
  ) throws -> LayerList {
    let shape = preprocessing.inputShape
    if preprocessing.stepLabels != nil, network.kind?.isRecurrent == false {
      throw Problem.data(
        "network", expected: "lstm or gru, which answer at each step",
        found: network.kind!.rawValue,
        fix: "leave it out, or write the layers in the configuration file")
    }
    let kind = kind(for: preprocessing, rows: train.count)
    let head = Self.head(for: preprocessing, loss: loss)
    switch kind {
    case .lstm, .gru:
      let layers = try recurrentLayers(preprocessing, kind)
      // A step that is no change from the last one is not a missing one.
      return LayerList((change == nil ? layers : layers.filter { !($0 is Masking) }) + [head])
    case .table:
      let inputs = try change.map { try $0.inner(train.inputs) } ?? train.inputs
      return LayerList(try tableLayers(preprocessing, inputs, head))
    case .cnn, .resnet:
      guard let image = preprocessing.imageShape, image.rank == 3 else {
        throw Problem.data(
          "network", expected: "images for \(kind.rawValue)", found: "inputs of shape \(shape)",
          fix: "use dense, or give a folder of images")
      }
      let isPlain = kind == .cnn
      let layers =
        isPlain
        ? Architectures.convolutions(over: image, activation: network.activation)
        : Architectures.residualBlocks(over: image, activation: network.activation)
      let first = shape == image ? layers : [ImageBranch(image, layers)]
      return LayerList(first + hiddenLayers(usual: isPlain ? [128] : []) + [head])
    case .dense:
      let flat: [any Layer] = shape.rank > 1 ? [Flatten()] : []
      let usual = Self.usualHidden(inputs: shape.count, rows: train.count)
      return LayerList(flat + hiddenLayers(usual: usual) + [head])
    }
  }

  /// Which kind of network is built for so many training rows. Whoever says how wide the layers are means a
  /// plain network of them.
  package func kind(for preprocessing: Preprocessing, rows: Int) -> NetworkKind {
    if let kind = network.kind { return kind }
    if preprocessing.sequence != nil { return .lstm }
    // A series goes on beyond the bins of its past.
    return preprocessing.isTable && preprocessing.series == nil && preprocessing.task != .ordered
      && network.hidden == nil && Self.rowsForMembers.contains(rows)
      ? .table : .dense
  }

  /// Fewer training rows are learned by a network that is small enough to look through; of more, a
  /// network of several members takes minutes (`Docs/decisions/0021-networks-for-tables.md`).
  static let rowsForMembers = 100..<10_000

  private func hiddenLayers(usual: [Int]) -> [any Layer] {
    (network.hidden ?? usual).flatMap { units -> [any Layer] in
      let layer = Dense(
        units, activation: network.activation,
        kernelInitializer: network.activation.usualInitializer)
      return network.dropout > 0 ? [layer, Dropout(network.dropout)] : [layer]
    }
  }

  private func tableLayers(
    _ preprocessing: Preprocessing, _ inputs: Examples, _ head: any Layer
  ) throws -> [any Layer] {
    guard let head = head as? Dense else {
      throw Problem.data(
        "network", expected: "dense for ordered classes, which are cut out of one score",
        found: NetworkKind.table.rawValue, fix: "leave it out, or set `task` to `classification`")
    }
    guard preprocessing.isTable else {
      throw Problem.data(
        "network", expected: "a table whose columns are no sequence for table",
        found: "inputs of shape \(preprocessing.inputShape)",
        fix: "leave it out, so that it is chosen by the data")
    }
    return Architectures.table(
      edges: QuantileBins.edges(
        of: inputs, bins: Architectures.binsOfColumn, most: Architectures.binsOfTable),
      hidden: hiddenLayers(usual: [128, 128]), outputs: head.units, activation: head.activation)
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
      dropout: network.dropout, atEachStep: preprocessing.stepLabels != nil
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
      outputs(for: preprocessing, loss: loss), activation: loss.outputActivation)
  }

  /// How many numbers a network answers with.
  private static func outputs(for preprocessing: Preprocessing, loss: any Loss) -> Int {
    loss.hasClassTargets
      ? max(2, preprocessing.classes.count) : preprocessing.targetCount * loss.outputsPerTarget
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
