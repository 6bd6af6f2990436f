package import Engine

/// Gives each example another shape with the same numbers in the same order, such as [steps, width]
/// for the columns of a table that are a sequence. Keras calls it `Reshape`.
package struct Reshaping: StoredLayer {
  package static let kind = "reshape"
  package static var usual: Self { Self(to: .scalar) }
  package static var settings: [Setting<Self>] { [.shape(of: kind, \.shape)] }

  /// Of one example, without the batch.
  package var shape: TensorShape

  /// The count of numbers is checked when the network is built.
  package init(to shape: TensorShape) { self.shape = shape }

  package func callAsFunction(_ input: Node) throws -> Node {
    guard input.shape.rank >= 1, input.shape.count == input.shape[0] * shape.count else {
      throw Problem.shape(
        input.graph.place(of: Self.kind),
        expected: "\(shape.count) numbers in each example for shape \(shape)",
        found: "shape \(input.shape)")
    }
    return try input.reshaped(to: TensorShape(checking: [input.shape[0]] + shape.extents))
  }
}

extension Setting {
  /// The shape of one example, as a list.
  static func shape(
    of kind: String, _ path: any WritableKeyPath<Owner, TensorShape> & Sendable
  ) -> Setting {
    Setting(
      SettingFacts(name: "shape", type: [Int].words, isRequired: true, source: nil),
      read: { layer, fields, key in
        layer[keyPath: path] = try TensorShape(
          checking: fields.decode([Int].self, in: NetworkLimits.extent, forKey: key), at: kind)
      },
      write: { layer, fields in
        try fields.encode(layer[keyPath: path].extents, forKey: AnyKey("shape"))
      })
  }
}
