import Engine

/// A recurrent layer with two gates (Cho et al. 2014), the reset after the product as in Keras's default
/// and PyTorch; see ``RecurrentCell/Kind/gru``. The bias is [2, 3 · units]: before and after the reset.
/// PyTorch's order of the gates is r, z, n.
public struct GRU: RecurrentLayer, IdentifiedLayer {
  public static let kind = "gru"
  public static let cell = RecurrentCell.Kind.gru

  public let settings: RecurrentSettings
  public let identity: LayerIdentity

  /// With every setting, initialisers included.
  public init(_ settings: RecurrentSettings, name: String? = nil) {
    self.settings = settings
    identity = LayerIdentity(name: name)
  }
}
