public import Engine

/// Makes a sequence of each example by saying it again at every step: [batch, n] becomes
/// [batch, steps, n].
public struct RepeatVector: StoredLayer {
  public static let kind = "repeat_vector"
  public static var usual: Self { Self(1) }
  public static var settings: [Setting<Self>] { [.required("steps", \.steps)] }

  /// How often; from 1.
  public var steps: Int

  /// The number of steps is checked when the network is built.
  public init(_ steps: Int) { self.steps = steps }

  public func callAsFunction(_ input: Node) throws -> Node {
    let place = input.graph.place(of: Self.kind)
    guard input.shape.rank == 2 else {
      throw Problem.shape(place, expected: "a row for each example", found: "\(input.shape)")
    }
    guard steps >= 1 else {
      throw Problem.shape(place, expected: "steps from 1", found: "\(steps)")
    }
    let shape = try TensorShape(checking: [input.shape[0], steps, input.shape[1]])
    return try input.repeated(to: shape, axes: [0, 2])
  }
}
