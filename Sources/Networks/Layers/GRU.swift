import Engine

/// A recurrent layer with two gates (Cho et al. 2014), the reset after the product as in Keras's default
/// and PyTorch; see ``RecurrentCell/Kind/gru``. The bias is [2, 3 · units]: before and after the reset.
/// PyTorch's order of the gates is r, z, n.
public struct GRU: RecurrentLayer, IdentifiedLayer {
  public static let kind = "gru"
  public static let cell = RecurrentCell.Kind.gru

  public let settings: RecurrentSettings
  let identity: LayerIdentity
  public var name: String? { identity.name }

  /// - Parameters:
  ///   - units: at least 1; checked when the network is built.
  ///   - truncation: the gradient does not flow past every so many steps.
  ///   - name: the beginning of its tensors' names; `gru`, `gru_1`, … if not given.
  public init(
    _ units: Int, activation: ActivationFunction = .tanh,
    gateActivation: ActivationFunction = .sigmoid, usesBias: Bool = true,
    returnsSequences: Bool = false, goesBackwards: Bool = false,
    truncation: Int? = nil, name: String? = nil
  ) {
    var settings = RecurrentSettings(units)
    settings.activation = activation
    settings.gateActivation = gateActivation
    settings.usesBias = usesBias
    settings.returnsSequences = returnsSequences
    settings.goesBackwards = goesBackwards
    settings.truncation = truncation
    self.init(settings, name: name)
  }

  /// With every setting, initialisers included.
  public init(_ settings: RecurrentSettings, name: String? = nil) {
    self.settings = settings
    identity = LayerIdentity(name: name)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    try identity.scope(in: input.graph, kind: Self.kind) { try read(input, settings) }
  }

  private enum Key: String, CodingKey { case name }

  /// Everything but `units` has a default.
  public init(from decoder: any Decoder) throws {
    let name = try decoder.container(keyedBy: Key.self).decodeIfPresent(String.self, forKey: .name)
    self.init(try RecurrentSettings(from: decoder), name: name)
  }

  /// Writes every setting.
  public func encode(to encoder: any Encoder) throws {
    try settings.encode(to: encoder)
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encodeIfPresent(identity.name, forKey: .name)
  }
}
