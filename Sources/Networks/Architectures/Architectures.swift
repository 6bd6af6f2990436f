package import Engine

/// Networks of a known make as lists of layers, without the layer that answers.
package enum Architectures {
  /// The width of a token's row.
  private static let embeddingUnits = 16

  /// What leaves padding out, then recurrent layers, each reading all steps of the one before.
  ///
  /// - Parameters:
  ///   - units: of each recurrent layer.
  ///   - tokens: how many there are where inputs are tokens, with 0 for padding; nil for numbers.
  ///   - padding: the number that stands for no step where inputs are numbers.
  ///   - atEachStep: whether each step is answered; then each layer reads both ways, as what a step is may
  ///     show after it.
  ///   - layer: makes a layer of its settings.
  package static func recurrent(
    units: [Int], tokens: Int? = nil, padding: Double = 0, dropout: Double = 0,
    atEachStep: Bool = false, layer: (RecurrentSettings) -> any RecurrentLayer = { LSTM($0) }
  ) -> [any Layer] {
    var layers: [any Layer] =
      tokens.map { [Embedding(tokens: $0, units: embeddingUnits, masksZero: true)] }
      ?? [Masking(padding)]
    for (place, width) in units.enumerated() {
      var settings = RecurrentSettings(width)
      settings.returnsSequences = atEachStep || place < units.count - 1
      layers.append(atEachStep ? Bidirectional(layer(settings)) : layer(settings))
      if dropout > 0 { layers.append(Dropout(dropout)) }
    }
    return layers
  }

  /// How many members a network for tables has.
  private static let members = 8
  /// How many bins a column of a table has at most, and how many all of them together.
  package static let (binsOfColumn, binsOfTable) = (8, 4096)

  /// Bins of the columns and members that share dense layers, with the layer that answers
  /// (`Docs/decisions/0021-networks-for-tables.md`).
  ///
  /// - Parameter edges: of each input's bins; none for an input without.
  package static func table(
    edges: [[Double]], hidden: [any Layer], outputs: Int, activation: ActivationFunction
  ) -> [any Layer] {
    let bins: [any Layer] =
      edges.contains { !$0.isEmpty } ? [PiecewiseLinear(edges: edges)] : []
    return bins + [Members(members)] + hidden + [MemberDense(outputs, activation: activation)]
  }

  /// Below this side an image is not made smaller any more.
  private static let smallestSide = 8

  /// 3 × 3 convolutions, 32 filters and then twice as many for each halving of the sides, at most 256.
  ///
  /// - Parameter shape: of an image, [height, width, channels].
  package static func convolutions(
    over shape: TensorShape, activation: ActivationFunction
  ) -> [any Layer] {
    var layers: [any Layer] = []
    var side = min(shape[0], shape[1])
    var filters = 32
    repeat {
      layers.append(
        Conv2D(
          filters, kernelSize: 3, padding: .same, activation: activation,
          kernelInitializer: activation.usualInitializer))
      if side > 1 { layers.append(MaxPool2D()) }
      side /= 2
      filters = min(2 * filters, 256)
    } while side >= smallestSide
    return layers + [Flatten()]
  }

  /// Two blocks of two convolutions for each size (He et al. 2016); 16 filters and then twice as many for
  /// each halving.
  ///
  /// - Parameter shape: of an image, [height, width, channels].
  package static func residualBlocks(
    over shape: TensorShape, activation: ActivationFunction
  ) -> [any Layer] {
    func block(_ filters: Int, halving: Bool = false) -> Residual {
      residualBlock(filters, halving: halving, activation: activation)
    }
    var layers: [any Layer] = [
      convolution(16, activation), normalisation, Activation(activation),
    ]
    var side = min(shape[0], shape[1])
    var filters = 16
    layers += [block(filters), block(filters)]
    while side >= smallestSide, filters < 256 {
      side = (side + 1) / 2
      filters *= 2
      layers += [block(filters, halving: true), block(filters)]
    }
    return layers + [GlobalAveragePool2D()]
  }

  private static var normalisation: BatchNorm { BatchNorm(momentum: 0.9) }

  private static func convolution(
    _ filters: Int, _ activation: ActivationFunction, strides: Int = 1, size: Int = 3
  ) -> Conv2D {
    Conv2D(
      filters, kernelSize: Extents(height: size, width: size),
      strides: Extents(height: strides, width: strides), padding: .same,
      usesBias: false, kernelInitializer: activation.usualInitializer)
  }

  private static func residualBlock(
    _ filters: Int, halving: Bool, activation: ActivationFunction
  ) -> Residual {
    let strides = halving ? 2 : 1
    let shortcut: [any Layer] =
      halving ? [convolution(filters, activation, strides: 2, size: 1), normalisation] : []
    return Residual(shortcut: shortcut, activation: activation) {
      convolution(filters, activation, strides: strides)
      normalisation
      Activation(activation)
      convolution(filters, activation)
      normalisation
    }
  }
}
