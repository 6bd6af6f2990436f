extension Layer {
  /// What its setting of this name is; nil for a layer without such a setting, or with one of another
  /// type. Layers that no file can hold have none.
  package func setting<Value>(_ name: String, as type: Value.Type = Value.self) -> Value? {
    (self as? any StoredLayer)?.value(of: name) as? Value
  }

  /// The same layer, sharing its weights, with this value as its setting; as it is without such a
  /// setting.
  package func with(_ name: String, _ value: Any) -> any Layer {
    (self as? any StoredLayer)?.changing(name, to: value) ?? self
  }

  /// This layer as a change makes it, after the layers inside it, in the order they are called. Frozen
  /// layers stay as they are.
  package func changed(_ change: (any Layer) -> any Layer) -> any Layer {
    if self is FrozenLayers { return self }
    return change((self as? any StoredLayer)?.changingLayersInside { $0.changed(change) } ?? self)
  }
}

extension StoredLayer {
  fileprivate func value(of name: String) -> Any? {
    Self.settings.first { $0.facts.name == name }?.value(self)
  }

  fileprivate func changing(_ name: String, to value: Any) -> Self {
    var changed = self
    Self.settings.first { $0.facts.name == name }?.change(&changed, value)
    return changed
  }

  fileprivate func changingLayersInside(_ change: (any Layer) -> any Layer) -> Self {
    var changed = self
    for setting in Self.settings {
      guard let inside = setting.value(self) as? LayerList else { continue }
      setting.change(&changed, LayerList(inside.layers.map(change)))
    }
    return changed
  }
}
