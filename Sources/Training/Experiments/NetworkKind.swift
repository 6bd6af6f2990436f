import Datasets
public import Engine
import Networks

/// Networks that are built to suit the data, by name.
public enum NetworkKind: String, Sendable, NamedChoice {
  /// Dense layers.
  case dense
  /// Numbers cut into bins, then dense layers that several members share, for the rows of a table
  /// (Gorishniy et al. 2022, 2025).
  case table
  /// Convolutions with pools between them, then dense layers.
  case cnn
  /// Residual blocks of convolutions with batch normalisation (He et al. 2016).
  case resnet
  /// Recurrent layers that gates open and close, for sequences.
  case lstm
  /// The same with fewer gates.
  case gru

  /// Does it read sequences step by step?
  var isRecurrent: Bool { self == .lstm || self == .gru }
}
