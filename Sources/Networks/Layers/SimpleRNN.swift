import Engine

/// The simplest recurrent layer: h = activation(x · kernel + h₍ₜ₋₁₎ · recurrent kernel + bias) (Elman
/// 1990). Defaults and weights are Keras's; PyTorch adds two biases.
public struct SimpleRNN: RecurrentLayer, IdentifiedLayer {
  public static let kind = "simple_rnn"
  public static let cell = RecurrentCell.Kind.simple

  public let settings: RecurrentSettings
  public let identity: LayerIdentity

  /// With every setting, initialisers included.
  public init(_ settings: RecurrentSettings, name: String? = nil) {
    self.settings = settings
    identity = LayerIdentity(name: name)
  }
}
