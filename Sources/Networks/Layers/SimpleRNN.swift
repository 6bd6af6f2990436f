package import Engine

/// The simplest recurrent layer: h = activation(x · kernel + h₍ₜ₋₁₎ · recurrent kernel + bias) (Elman
/// 1990). Defaults and weights are Keras's; PyTorch adds two biases.
public struct SimpleRNN: CellLayer {
  public static let kind = "simple_rnn"
  public static var usual: Self { Self(0) }
  public static var settings: [Setting<Self>] {
    RecurrentSettings.settings.within(\.settings) + [.name]
  }
  package static let cell = RecurrentCell.Kind.simple

  public var settings: RecurrentSettings
  public var identity: LayerIdentity

  /// With every setting, initialisers included.
  public init(_ settings: RecurrentSettings, name: String? = nil) {
    self.settings = settings
    identity = LayerIdentity(name: name)
  }
}
