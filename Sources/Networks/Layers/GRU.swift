package import Engine

/// A recurrent layer with two gates (Cho et al. 2014), the reset after the product as in Keras's default
/// and PyTorch. The bias is [2, 3 · units]: before and after the reset. PyTorch's order of the gates is
/// r, z, n.
public struct GRU: CellLayer {
  public static let kind = "gru"
  public static var usual: Self { Self(0) }
  public static var settings: [Setting<Self>] {
    RecurrentSettings.settings.within(\.settings) + [.name]
  }
  package static let cell = RecurrentCell.Kind.gru

  public var settings: RecurrentSettings
  public var identity: LayerIdentity

  /// With every setting, initialisers included.
  public init(_ settings: RecurrentSettings, name: String? = nil) {
    self.settings = settings
    identity = LayerIdentity(name: name)
  }
}
