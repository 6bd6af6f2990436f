package import Engine

/// A recurrent layer with a memory that gates open and close (Hochreiter and Schmidhuber 1997), so that
/// gradients reach far back. Defaults, weights and the order of the gates are Keras's; PyTorch keeps
/// transposed kernels in the order i, f, g, o and adds two biases.
public struct LSTM: CellLayer {
  public static let kind = "lstm"
  public static var usual: Self { Self(0) }
  public static var settings: [Setting<Self>] {
    RecurrentSettings.settings.within(\.settings) + [.name]
  }
  package static let cell = RecurrentCell.Kind.lstm

  public var settings: RecurrentSettings
  public var identity: LayerIdentity

  /// With every setting, initialisers included.
  public init(_ settings: RecurrentSettings, name: String? = nil) {
    self.settings = settings
    identity = LayerIdentity(name: name)
  }
}
