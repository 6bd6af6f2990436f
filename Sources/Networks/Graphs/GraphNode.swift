package import Engine

/// A node of a graph that files can hold, for any batch.
package struct GraphNode: SettingValue {
  package static let words = "node of a graph"

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
    case variable, trainable, constant, op, inputs, extents
  }

  /// `{"op": "add", "inputs": [1, 4]}`, `{"variable": "kernel", "extents": [3, 2]}`,
  /// `{"constant": 0.5, "extents": ["batch", 2]}`, or `{}` for the input.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    extents = try fields.decodeIfPresent(BatchExtents.self, forKey: .extents)
    if let name = try fields.decodeIfPresent(String.self, forKey: .variable) {
      let isTrainable = try fields.decodeIfPresent(Bool.self, forKey: .trainable)
      source = .variable(name: name, isTrainable: isTrainable ?? true)
    } else if let number = try fields.decodeIfPresent(Double.self, forKey: .constant) {
      source = .constant(number)
    } else if let op = try fields.decodeIfPresent(Named<StoredOps>.self, forKey: .op) {
      source = .op(op.wrappedValue, inputs: try fields.decode([Int].self, forKey: .inputs))
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
      try fields.encode(NamedOp(op), forKey: .op)
      try fields.encode(inputs, forKey: .inputs)
    }
  }
}

/// An op as ``Named`` reads it: its kind alone where it has no settings, else an object with all of them. Ops need
/// not be comparable, so what is as usual is not left out.
private struct NamedOp: Encodable {
  let op: any StoredOp

  init(_ op: any StoredOp) { self.op = op }

  func encode(to encoder: any Encoder) throws { try Self.write(op, to: encoder) }

  private static func write<O: StoredOp>(_ op: O, to encoder: any Encoder) throws {
    guard !O.settings.isEmpty else {
      var container = encoder.singleValueContainer()
      return try container.encode(O.kind)
    }
    var fields = encoder.container(keyedBy: AnyKey.self)
    try fields.encode(O.kind, forKey: AnyKey("name"))
    for setting in O.settings { try setting.write(op, &fields) }
  }
}
