import Engine

/// What files can name: everything built in, and what a user adds.
/// ```swift
/// let registry = Registry.standard.adding(Scale.self)
/// ```
/// It is given to whatever reads models, checkpoints, runs and configurations. Layers, activation
/// functions, losses, metrics, schedules, initialisers and update rules are all added the same way.
public struct Registry: Sendable {
  /// What is built in.
  public static let standard = Registry()

  private var own: [any Configurable.Type] = []

  /// With types of the user's own. One with the name of a built-in one takes its place.
  public func adding(_ types: any Configurable.Type...) -> Registry {
    var registry = self
    registry.own = types + own
    return registry
  }

  /// Every kind of a family.
  package func kinds<F: Family>(of family: F.Type) -> [any Configurable.Type] {
    let own = own.filter { $0.usual is F.Member }
    let names = Set(own.map { $0.kind.normalizedName })
    return F.standard.filter { !names.contains($0.kind.normalizedName) } + own
  }

  /// One of each kind of a family, with its usual settings.
  package func members<F: Family>(of family: F.Type) -> [F.Member] {
    kinds(of: F.self).compactMap { $0.usual as? F.Member }
  }

  /// The kind of a name, read in any case.
  /// - Throws: `Problem` listing the names.
  package func kind<F: Family>(
    named name: String, of family: F.Type, at location: String
  ) throws -> any Configurable.Type {
    let kinds = kinds(of: F.self)
    let wanted = name.normalizedName
    let found = kinds.first { kind in
      ([kind.kind] + kind.aliases).contains { $0.normalizedName == wanted }
    }
    guard let found else {
      throw Problem.unknown(
        location, name, among: kinds.map { $0.kind },
        otherwise: "for one of your own, add its type to the registry")
    }
    return found
  }

  /// The member of a name, with the settings that are given.
  /// - Throws: `Problem` for an unknown name, and for settings that are missing, unknown or impossible.
  func member<F: Family>(
    named name: String, of family: F.Type, fields: KeyedDecodingContainer<AnyKey>? = nil,
    at location: String
  ) throws -> F.Member {
    let kind = try kind(named: name, of: F.self, at: location)
    return try kind.read(fields, beside: ["name"], at: location) as! F.Member
  }
}

extension Registry {
  /// Every kind of layer.
  public var layers: [any StoredLayer.Type] {
    kinds(of: Layers.self).compactMap { $0 as? any StoredLayer.Type }
  }
  /// Every loss with its usual settings.
  public var losses: [any Loss] { members(of: Losses.self) }
  /// The loss of a name, with its usual settings.
  /// - Throws: `Problem` listing the names.
  public func loss(named name: String) throws -> any Loss {
    try member(named: name, of: Losses.self, at: Losses.word)
  }
  /// Every initialiser with its usual settings.
  public var initializers: [any Initializer] { members(of: Initializers.self) }
  /// Every schedule with its usual settings.
  public var schedules: [any Schedule] { members(of: Schedules.self) }
  /// Every update rule with its usual settings.
  public var updateRules: [any UpdateRule] { members(of: UpdateRules.self) }
}

extension CodingUserInfoKey {
  /// What a decoder's texts can name, a ``Registry``; without one it is what is built in.
  public static let registry = CodingUserInfoKey(rawValue: "registry")!
}

extension Decoder {
  /// What the text can name.
  package var registry: Registry { userInfo[.registry] as? Registry ?? .standard }
}
