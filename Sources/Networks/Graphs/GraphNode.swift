import Engine

/// A node of a graph that files can hold, for any batch.
package struct GraphNode: SettingValue {
  package static let words = "graph node"

  /// What it is.
  package enum Source: Sendable {
    /// What the layer is given.
    case input
    /// A tensor of the layer, by the end of its name.
    case variable(name: String, isTrainable: Bool)
    /// The same number everywhere.
    case constant(Double)
    /// Computed from nodes before it, by their places.
    case op(any StoredOp, inputs: [Int])
  }
  package let source: Source
  /// Of its value; nil where it follows from the op.
  package let extents: BatchExtents?

  init(_ source: Source, extents: BatchExtents?) {
    (self.source, self.extents) = (source, extents)
  }

  private enum Key: String, CodingKey {
    case variable, trainable, constant, op, settings, inputs, extents
  }

  /// `{"op": "transpose", "settings": {"order": [1, 0]}, "inputs": [4]}`, `{"variable": "kernel", "extents": [3, 2]}`,
  /// `{"constant": 0.5, "extents": ["batch", 2]}`, or `{}` for the input.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    extents = try fields.decodeIfPresent(BatchExtents.self, forKey: .extents)
    if let name = try fields.decodeIfPresent(String.self, forKey: .variable) {
      let isTrainable = try fields.decodeIfPresent(Bool.self, forKey: .trainable)
      source = .variable(name: name, isTrainable: isTrainable ?? true)
    } else if let number = try fields.decodeIfPresent(Double.self, forKey: .constant) {
      source = .constant(number)
    } else if let name = try fields.decodeIfPresent(String.self, forKey: .op) {
      let kind = try decoder.registry.kind(
        named: name, of: StoredOps.self, at: decoder.codingPath.place)
      let settings =
        fields.contains(.settings)
        ? try fields.nestedContainer(keyedBy: AnyKey.self, forKey: .settings) : nil
      let op = try kind.read(settings, at: decoder.codingPath.place) as! any StoredOp
      source = .op(op, inputs: try fields.decode([Int].self, forKey: .inputs))
    } else {
      source = .input
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encodeIfPresent(extents, forKey: .extents)
    switch source {
    case .input: break
    case .variable(let name, let isTrainable):
      try fields.encode(name, forKey: .variable)
      if !isTrainable { try fields.encode(false, forKey: .trainable) }
    case .constant(let number): try fields.encode(number, forKey: .constant)
    case .op(let op, let inputs):
      try fields.encode(type(of: op).kind, forKey: .op)
      if !type(of: op).settingFacts.isEmpty {
        try op.encode(to: fields.superEncoder(forKey: .settings))
      }
      try fields.encode(inputs, forKey: .inputs)
    }
  }
}
