import Datasets
import Engine
import Networks

/// Networks that are built to suit the data, by name.
public enum NetworkKind: String, Sendable, NamedChoice {
  /// Dense layers.
  case dense
  /// Convolutions with pools between them, then dense layers.
  case cnn
  /// Residual blocks of convolutions with batch normalisation (He et al. 2016).
  case resnet
  /// Recurrent layers that gates open and close, for sequences.
  case lstm
  /// The same with fewer gates.
  case gru

  /// Does it read sequences?
  var isRecurrent: Bool { self == .lstm || self == .gru }
}

/// Builds the networks for sequences.
struct SequenceNetwork {
  let sequence: SequenceEncoding
  let kind: NetworkKind

  /// - Throws: `Problem` when the inputs are no sequence.
  init(_ preprocessing: Preprocessing, _ kind: NetworkKind, _ activation: ActivationFunction) throws
  {
    guard let sequence = preprocessing.sequence else {
      throw Problem.data(
        "network", expected: "a sequence for \(kind.rawValue)",
        found: "inputs of shape \(preprocessing.inputShape)",
        fix: "say which columns are its steps, such as `sequence: day_*`")
    }
    guard activation == NetworkSettings().activation else {
      throw Problem.data(
        "activation", expected: "none beside \(kind.rawValue), whose gates have their own",
        found: activation.name, fix: "write the layers in the configuration file")
    }
    (self.sequence, self.kind) = (sequence, kind)
  }

  /// The width of a token's row.
  private static let embeddingUnits = 16

  /// What leaves padding out, then recurrent layers, each reading all steps of the one before.
  func layers(units: [Int], dropout: Double) -> [any Layer] {
    var layers: [any Layer] =
      sequence.tokens.map {
        [Embedding(tokens: $0, units: Self.embeddingUnits, masksZero: true)]
      } ?? [Masking(Double(sequence.padding))]
    for (place, width) in units.enumerated() {
      var settings = RecurrentSettings(width)
      settings.returnsSequences = place < units.count - 1
      layers.append(kind == .gru ? GRU(settings) : LSTM(settings))
      if dropout > 0 { layers.append(Dropout(dropout)) }
    }
    return layers
  }
}

/// Builds the networks for images.
struct ImageNetwork {
  let height, width: Int
  let activation: ActivationFunction
  let initializer: Initializer

  /// - Throws: `Problem` when the inputs are no images.
  init(
    _ shape: TensorShape, _ kind: NetworkKind, activation: ActivationFunction,
    initializer: Initializer
  ) throws {
    guard shape.rank == 3 else {
      throw Problem.data(
        "network", expected: "images for \(kind.rawValue)", found: "inputs of shape \(shape)",
        fix: "use dense, or give a folder of images")
    }
    (height, width) = (shape[0], shape[1])
    self.activation = activation
    self.initializer = initializer
  }

  /// Below this side a image is not made smaller any more.
  private static let smallestSide = 8

  /// 3 × 3 convolutions, 32 filters and then twice as many for each halving of the sides, at most 256.
  var convolutions: [any Layer] {
    var layers: [any Layer] = []
    var side = min(height, width)
    var filters = 32
    repeat {
      layers.append(
        Conv2D(
          filters, kernelSize: 3, padding: .same, activation: activation,
          kernelInitializer: initializer))
      if side > 1 { layers.append(MaxPool2D()) }
      side /= 2
      filters = min(2 * filters, 256)
    } while side >= Self.smallestSide
    return layers + [Flatten()]
  }

  /// Two blocks of two convolutions for each size; 16 filters and then twice as many for each halving.
  var residualBlocks: [any Layer] {
    var layers: [any Layer] = [convolution(16), normalisation, Activation(activation)]
    var side = min(height, width)
    var filters = 16
    layers += [block(filters), block(filters)]
    while side >= Self.smallestSide, filters < 256 {
      side = (side + 1) / 2
      filters *= 2
      layers += [block(filters, halving: true), block(filters)]
    }
    return layers + [GlobalAveragePool2D()]
  }

  private var normalisation: BatchNorm { BatchNorm(momentum: 0.9) }

  private func convolution(_ filters: Int, strides: Int = 1, size: Int = 3) -> Conv2D {
    Conv2D(
      filters, kernelSize: Extents(height: size, width: size),
      strides: Extents(height: strides, width: strides), padding: .same,
      usesBias: false, kernelInitializer: initializer)
  }

  private func block(_ filters: Int, halving: Bool = false) -> Residual {
    let strides = halving ? 2 : 1
    return Residual(
      shortcut: halving ? [convolution(filters, strides: 2, size: 1), normalisation] : [],
      activation: activation
    ) {
      convolution(filters, strides: strides)
      normalisation
      Activation(activation)
      convolution(filters)
      normalisation
    }
  }
}
